import { beforeEach, expect, test } from 'vitest';
import type { EngineServiceSpec, StackSpec, TaskTemplate } from '@axion/compose';
import { AxionError } from '@axion/core';
import type { Service, Task } from '@axion/docker-engine';
import { convergeStack } from './converge-stack.ts';

const START = 1_000_000;
const template = (image: string): TaskTemplate => ({ ContainerSpec: { Image: image, Labels: {} }, Resources: {}, Placement: {}, Networks: [], ForceUpdate: 0 }) as unknown as TaskTemplate;
const spec: EngineServiceSpec = { Name: 'axion-p_one', Labels: {}, TaskTemplate: template('x:2'), Mode: { Replicated: { Replicas: 2 } }, EndpointSpec: {} };

let now = START;
let trouble: Task[] = [];
let updates: { readonly at: number; readonly version: number }[] = [];
/** Swarm goes on when it is told so for this time. */
let heededFrom = 1;
let refusal: AxionError | undefined;

beforeEach(() => {
  now = START;
  trouble = [];
  updates = [];
  heededFrom = 1;
  refusal = undefined;
});

const isPaused = (): boolean => updates.length < heededFrom;
const task = (slot: number, image: string, over: Partial<Task> = {}): Task =>
  ({ id: `${image}-${slot}`, serviceId: 's1', nodeId: 'n1', slot, state: 'running', desiredState: 'running', message: '', error: '', spec: template(image), since: START - 60_000, createdAt: START - 60_000, ...over }) as Task;
const service = (): Service => ({
  id: 's1',
  version: 5 + updates.length,
  name: spec.Name,
  spec,
  update: isPaused() ? { state: 'paused', message: 'update paused due to failure or early termination of task t9', startedAt: new Date(START + 1).toISOString() } : undefined,
  jobIteration: undefined,
  createdAt: '',
  updatedAt: '',
});

const converge = (goesOn: boolean, timeoutMs = 120_000) =>
  convergeStack({
    engine: {
      services: {
        list: async () => [service()],
        update: async ({ version }: { version: number }) => {
          updates.push({ at: now - START, version });
          if (refusal !== undefined) throw refusal;
          return [];
        },
      },
      tasks: { list: async () => [task(1, 'x:2', { since: START }), task(2, isPaused() ? 'x:1' : 'x:2', isPaused() ? {} : { since: START }), ...trouble] },
      nodes: { list: async () => [] },
      logs: { ofTask: async () => [] },
    } as unknown as Parameters<typeof convergeStack>[0]['engine'],
    wake: { next: async (ms) => ((now += Math.max(1, ms)), 'time'), stop: () => undefined },
    wanted: { services: [{ key: 'one', spec, image: '', dependsOn: [] }], namespace: 'axion-p' } as unknown as StackSpec,
    waiting: [],
    apply: async () => undefined,
    imageProblems: new Map(),
    goesOn,
    startedAt: START,
    deadline: timeoutMs,
    timeoutMs,
    clock: { now: () => now, monotonic: () => now - START, sleep: async (ms) => void (now += ms) },
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });

test('an update that Swarm paused without a crash is gone on with after a pause', async () => {
  expect((await converge(true)).failure).toBeUndefined();
  expect(updates).toHaveLength(1);
  expect(updates[0]!.version).toBe(5);
  expect(updates[0]!.at).toBeGreaterThanOrEqual(5000);
});

test('again and again, with longer pauses, until the time is over; then its words say why', async () => {
  heededFrom = Infinity;
  const { failure } = await converge(true);
  expect(failure).toMatchObject({ reason: 'NOT_IN_TIME', error: expect.stringContaining('update paused due to failure') as string });
  expect(updates.length).toBeGreaterThan(2);
  expect(updates.length).toBeLessThan(6);
});

test('a change by somebody else in between is no failure', async () => {
  heededFrom = 2;
  refusal = new AxionError('ABORTED', 'update out of sequence', { reason: 'UPDATE_OUT_OF_SEQUENCE' });
  expect((await converge(true)).failure).toBeUndefined();
});

test('a task that crashed by itself ends it at once, and so does whoever does not go on', async () => {
  expect((await converge(false)).failure).toMatchObject({ reason: 'UPDATE_PAUSED' });
  trouble = [task(1, 'x:2', { id: 't9', state: 'failed', desiredState: 'shutdown', error: 'task: non-zero exit (1)', since: START + 10, createdAt: START + 5 })];
  expect((await converge(true)).failure).toMatchObject({ reason: 'TASK_FAILED', error: 'task: non-zero exit (1)' });
  expect(updates).toEqual([]);
});
