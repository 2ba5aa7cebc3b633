import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StackSpec } from '@axion/compose';
import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Service, SwarmNode, Task } from '@axion/docker-engine';
import { convergeStack } from './converge-stack.ts';
import type { Convergence } from './converge-stack.ts';

/** What a real engine answered while a service came up, one frame each time it changed; specs once each. */
interface Recording {
  readonly title: string;
  readonly startedAt: number;
  readonly nodes: readonly SwarmNode[];
  readonly specs: readonly unknown[];
  readonly frames: readonly { readonly at: number; readonly service: Omit<Service, 'spec'> & { readonly spec: number }; readonly tasks: readonly (Omit<Task, 'spec'> & { readonly spec: number })[] }[];
}

interface Replay {
  readonly result: Convergence;
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly looks: number;
}

const replay = async (name: string, options: { timeoutMs?: number; imageProblem?: AxionError; away?: (at: number) => boolean } = {}): Promise<Replay> => {
  const recording = JSON.parse(readFileSync(new URL(`recordings/${name}.json`, import.meta.url), 'utf8')) as Recording;
  const { startedAt, specs, frames, nodes } = recording;
  const timeoutMs = options.timeoutMs ?? 60_000;
  let now = startedAt;
  let looks = 0;
  const clock: Clock = { now: () => now, monotonic: () => now - startedAt, sleep: async (ms) => void (now += ms) };
  const frame = () => frames.findLast(({ at }) => at <= now - startedAt) ?? frames[0]!;
  const unlessAway = <T>(answer: T): Promise<T> =>
    options.away?.(now - startedAt) === true ? Promise.reject(new AxionError('UNAVAILABLE', 'the engine does not answer', { reason: 'ENGINE_UNREACHABLE' })) : Promise.resolve(answer);
  const serviceNow = (): Service => ({ ...frame().service, spec: specs[frame().service.spec] as Service['spec'] });
  const result = await convergeStack({
    engine: {
      services: { list: () => ((looks += 1), unlessAway([serviceNow()])) },
      tasks: { list: () => unlessAway(frame().tasks.map((task) => ({ ...task, spec: specs[task.spec] as Task['spec'] }))) },
      nodes: { list: () => unlessAway(nodes) },
      logs: { ofTask: async (id: string) => [`last words of ${id}`] },
    } as unknown as Parameters<typeof convergeStack>[0]['engine'],
    wake: { next: async (ms) => ((now += Math.max(1, ms)), 'time'), stop: () => undefined },
    wanted: { services: [{ key: 'one', spec: serviceNow().spec, image: '', dependsOn: [] }], namespace: 'axion-rec' } as unknown as StackSpec,
    waiting: [],
    apply: async () => undefined,
    goesOn: true,
    imageProblems: new Map(options.imageProblem === undefined ? [] : [[serviceNow().spec.TaskTemplate.ContainerSpec.Image, options.imageProblem]]),
    startedAt,
    deadline: timeoutMs,
    timeoutMs,
    clock,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return { result, at: now - startedAt, looks };
};

describe('convergence on what a real engine answered', () => {
  test('a new service converges once it has run for the monitor time, and not before', async () => {
    const { result, at } = await replay('starts');
    expect(result.failure).toBeUndefined();
    expect(result.services).toMatchObject([{ key: 'one', desired: 1, running: 1, healthy: 1, verdict: { state: 'converged' } }]);
    expect(at).toBeGreaterThan(2000);
    expect(at).toBeLessThan(3500);
  });

  test('a service whose tasks exit at once fails at the third crash, with the first one’s reason', async () => {
    const { result } = await replay('crash-loop');
    expect(result.failure).toMatchObject({ service: 'one', reason: 'TASK_FAILED', error: 'task: non-zero exit (5)', exitCode: 5, state: 'failed' });
    expect(result.failure?.logLines).toEqual([`last words of ${result.failure?.taskId}`]);
  });

  test('an update whose new task exits fails as soon as the engine pauses it', async () => {
    const { result, at } = await replay('update-pauses');
    expect(result.failure).toMatchObject({ error: 'task: non-zero exit (9)', exitCode: 9 });
    expect(at).toBeLessThan(4000);
  });

  test('an update counts only tasks of the new revision, and waits for the last of them', async () => {
    const { result, at } = await replay('update-rolls');
    expect(result).toMatchObject({ services: [{ desired: 2, running: 2 }] });
    expect(result.failure).toBeUndefined();
    expect(at).toBeGreaterThan(3000);
  });

  test('a missing image fails at the first rejection when the registry said so, and otherwise at the third', async () => {
    const said = await replay('missing-image', { imageProblem: new AxionError('NOT_FOUND', 'manifest unknown', { reason: 'IMAGE_NOT_FOUND' }) });
    expect(said.result.failure).toMatchObject({ reason: 'IMAGE_UNAVAILABLE', state: 'rejected', error: expect.stringMatching(/No such image.*\(manifest unknown\)/) as string });
    const silent = await replay('missing-image');
    expect(silent.result.failure).toMatchObject({ reason: 'IMAGE_UNAVAILABLE', error: expect.stringContaining('No such image') as string });
    expect(said.at).toBeLessThan(silent.at);
  });

  test('no suitable node names the constraint that no node meets, after a while', async () => {
    const { result, at } = await replay('no-node');
    expect(result.failure).toMatchObject({ reason: 'NO_SUITABLE_NODE', constraints: ['node.labels.disk == ssd'] });
    expect(at).toBeGreaterThan(10_000);
  });

  test('a one-shot task counts when it completed', async () => {
    const { result, at } = await replay('one-shot');
    expect(result).toMatchObject({ services: [{ desired: 1, completed: 1, verdict: { state: 'converged' } }] });
    expect(at).toBeGreaterThan(1000);
  });

  test('a task that is not healthy yet does not count', async () => {
    const { result, at } = await replay('unhealthy-first');
    expect(result.failure).toBeUndefined();
    expect(at).toBeGreaterThan(3000);
  });

  test('after the deadline it fails and says what was missing', async () => {
    const { result, at } = await replay('unhealthy-first', { timeoutMs: 1500 });
    expect(result.failure).toMatchObject({ reason: 'NOT_IN_TIME', error: expect.stringContaining('one: 0 of 1 running (starting)') as string });
    expect(at).toBeLessThan(1700);
  });

  test('an engine that is away proves nothing: the stack converges when it is back', async () => {
    const { result, at } = await replay('starts', { away: (ms) => ms > 500 && ms < 9000 });
    expect(result.failure).toBeUndefined();
    expect(at).toBeGreaterThanOrEqual(9000);
    const never = await replay('starts', { away: () => true, timeoutMs: 5000 });
    expect(never.result.failure).toMatchObject({ reason: 'ENGINE_AWAY', error: expect.stringContaining('the engine does not answer') as string });
  });

  test('it looks seldom while nothing moves', async () => {
    const { looks } = await replay('no-node');
    expect(looks).toBeLessThan(45);
  });
});
