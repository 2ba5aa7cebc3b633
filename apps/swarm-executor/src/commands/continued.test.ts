import { expect, test } from 'vitest';
import type { Bucket, CommandRun, QueuedCommand } from '@axion/bus';
import type { CommandType } from '@axion/contracts';
import { AxionError, systemClock } from '@axion/core';
import type { Workshop } from '../deployment/workshop.ts';
import { ProjectStore } from '../revisions/project-store.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { deploy } from './deploy.ts';
import { rollback } from './rollback.ts';

const file = 'services: {web: {image: "web:1"}}';
const killed = new Error('the process stops');
const refused = new AxionError('INVALID_ARGUMENT', 'the engine refuses it');

/** A project on record, and an engine that has nothing and creates nothing. */
const scene = (first: Partial<ProjectRecord>) => {
  const values = new Map<string, ProjectRecord>([['shop', { project_id: 'shop', state: 'deployed', updated_at: '', ...first }]]);
  const bucket = { get: async (key: string) => ({ value: values.get(key) }), put: async (key: string, value: ProjectRecord) => void values.set(key, value) };
  const handBack = new AbortController();
  let creation: () => never = () => {
    throw refused;
  };
  const nothing = { list: async () => [] };
  const workshop = {
    projects: new ProjectStore(bucket as unknown as Bucket<ProjectRecord>, () => 0),
    revisions: {
      of: async () => [{ deployment_ids: ['d1'], stack_hash: 'h' }],
      neededBeside: async () => new Set<string>(),
      load: async () => ({ revision: { stack_hash: 'h' }, input: { projectId: 'shop', deploymentId: 'd1', file, env: {}, logins: [], files: {} } }),
    },
    engine: { swarm: { assertManager: async () => undefined }, services: nothing, secrets: nothing, configs: nothing, networks: { ...nothing, create: async () => creation() }, distribution: { inspect: () => Promise.reject(refused) } },
    watch: { of: () => ({ next: async () => 'time', stop: () => undefined }) },
    settings: { timeoutMs: 1000, rollbackOnFailure: true, prune: true, projectsDir: '/nowhere' },
    clock: systemClock,
    loginMark: () => undefined,
  } as unknown as Workshop;
  const run = (commandId: string, type: CommandType, payload: object, later: readonly Partial<QueuedCommand>[] = []): CommandRun =>
    ({
      command: { commandId, type, payload: { project_id: 'shop', ...payload } },
      lease: { assertHeld: () => undefined },
      handBack: handBack.signal,
      cancelled: new AbortController().signal,
      emit: async () => undefined,
      offSlot: (work: () => Promise<unknown>) => work(),
      later: async () => later,
    }) as unknown as CommandRun;
  return {
    workshop,
    run,
    record: (): ProjectRecord => values.get('shop')!,
    /** The process ends with the first thing that is created. */
    killAtCreation: (): void => {
      creation = () => {
        handBack.abort(killed);
        throw refused;
      };
    },
  };
};

test('a rollback of a stopped project that was killed half-way and then fails leaves it stopped', async () => {
  const before = scene({ state: 'stopped', deployment_id: 'd1' });
  before.killAtCreation();
  await expect(rollback(before.workshop, before.run('r', 'Rollback', {}))).rejects.toBe(killed);
  expect(before.record()).toMatchObject({ state: 'deploying', deploying: { command_id: 'r', state_before: 'stopped' } });
  const after = scene(before.record());
  expect(await rollback(after.workshop, after.run('r', 'Rollback', {}))).toMatchObject({ ok: false, payload: { deployment_id: 'd1', message: expect.stringContaining('the engine refuses it') as string } });
  expect(after.record().state).toBe('stopped');
  expect(after.record().deploying).toBeUndefined();
});

test('a deployment that a newer one replaces says whether it had been begun', async () => {
  const newer = [{ type: 'Deploy', commandId: 'c2', payload: { coalesce: true } }] as const;
  const message = async (record: Partial<ProjectRecord>): Promise<unknown> => {
    const { workshop, run } = scene(record);
    return (await deploy(workshop, run('c1', 'Deploy', { docker_stack_yml: file, env_vars: {}, registry_auth: [] }, newer))).payload['message'];
  };
  expect(await message({})).toBe('not executed: the newer deployment c2 replaces it');
  const deploying = { command_id: 'c1', deployment_id: 'c1', started_at: '2026-01-01T00:00:00Z' };
  expect(await message({ state: 'deploying', deploying })).toBe('given up half-way: the newer deployment c2 replaces it');
  expect(await message({ state: 'deploying', deploying: { ...deploying, command_id: 'c0' } })).toBe('not executed: the newer deployment c2 replaces it');
});
