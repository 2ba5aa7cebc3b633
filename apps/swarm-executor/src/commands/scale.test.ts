import { expect, test } from 'vitest';
import type { Bucket, CommandRun } from '@axion/bus';
import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Workshop } from '../deployment/workshop.ts';
import { ProjectStore } from '../revisions/project-store.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { scale } from './scale.ts';

const TIMEOUT_MS = 60_000;

/** A project with one replica on an engine that starts no tasks; its clock goes on while something waits. */
const scene = () => {
  let record: ProjectRecord = { project_id: 'shop', state: 'deployed', deployment_id: 'd1', updated_at: '' };
  let now = Date.parse('2026-01-01T00:00:00Z');
  let replicas = 1;
  let killed = false;
  const service = () => ({ id: 's', version: 1, name: 'axion-shop_web', spec: { Name: 'axion-shop_web', Labels: {}, Mode: { Replicated: { Replicas: replicas } }, TaskTemplate: { ContainerSpec: { Image: 'web:1' } } } });
  const bucket = { get: async () => ({ value: record }), put: async (_: string, value: ProjectRecord) => void (record = value) };
  const update = async (_: unknown, spec: { Mode: { Replicated: { Replicas: number } } }): Promise<readonly string[]> => {
    replicas = spec.Mode.Replicated.Replicas;
    if (killed) throw new AxionError('ABORTED', 'the process is gone', { reason: 'KILLED' });
    return [];
  };
  const clock: Clock = { now: () => now, monotonic: () => now, sleep: async (ms) => void (now += ms) };
  const workshop = {
    projects: new ProjectStore(bucket as unknown as Bucket<ProjectRecord>, () => now),
    engine: { services: { list: async () => [service()], update }, tasks: { list: async () => [] }, nodes: { list: async () => [] } },
    watch: { of: () => ({ next: async (ms: number) => ((now += ms), 'time'), stop: () => undefined }) },
    settings: { timeoutMs: TIMEOUT_MS },
    clock,
  } as unknown as Workshop;
  const run = {
    command: { commandId: 'c1', type: 'Scale', payload: { project_id: 'shop', service_name: 'web', replicas: 3 } },
    lease: { assertHeld: () => undefined },
    handBack: new AbortController().signal,
    cancelled: new AbortController().signal,
    offSlot: (work: () => Promise<unknown>) => work(),
  } as unknown as CommandRun;
  return {
    execute: () => scale(workshop, run),
    kill: (is: boolean): void => void (killed = is),
    passes: (ms: number): void => void (now += ms),
    record: () => record,
    at: () => now,
  };
};

test('one that is continued says from how many it began, and has the rest of its time', async () => {
  const { execute, kill, passes, record, at } = scene();
  const began = at();
  kill(true);
  await expect(execute()).rejects.toThrow('the process is gone');
  expect(record()).toMatchObject({ scale: { command_id: 'c1', from: 1 } });
  expect(record().scaled).toBeUndefined();
  kill(false);
  passes(50_000);
  await expect(execute()).rejects.toThrow('service web was scaled from 1 to 3, but service web: not converged within 60 s');
  expect(at() - began).toBe(TIMEOUT_MS);
  expect(record()).toMatchObject({ scaled: { web: 3 }, scale: { from: 1 } });
});
