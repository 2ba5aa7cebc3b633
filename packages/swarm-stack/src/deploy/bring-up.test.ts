import { expect, test } from 'vitest';
import { AxionError, systemClock, untilAborted } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { EngineWatch } from '../converge/engine-watch.ts';
import { bringUp } from './bring-up.ts';

const never = (signal?: AbortSignal): Promise<never> => untilAborted(new Promise<never>(() => undefined), signal!);

/** A stack without services, on an engine whose first look never ends. */
const bringUpOn = (info: () => Promise<unknown>, timeoutMs: number) => {
  const outer = new AbortController();
  const none = { list: async () => [] };
  const engine = { swarm: { assertManager: async () => undefined, info }, services: { list: (_: unknown, signal?: AbortSignal) => never(signal) }, secrets: none, configs: none, networks: none } as unknown as Engine;
  const brought = bringUp({
    engine,
    wanted: { namespace: 'axion-shop', services: [], networks: [], secrets: [], configs: [], external: { networks: [], secrets: [], configs: [] } },
    authFor: () => undefined,
    plan: {},
    watch: { of: () => ({ next: never, stop: () => undefined }) } as unknown as EngineWatch,
    clock: systemClock,
    startedAt: Date.now(),
    timeoutMs,
    offSlot: (work) => work(),
    onPlan: async () => undefined,
    onProgress: () => undefined,
    signal: outer.signal,
  });
  return { brought, outer };
};

test('whatever hangs, a deployment ends in its own time and says what was missing', async () => {
  const { brought } = bringUpOn(async () => ({}), 100);
  expect((await brought).failure).toEqual({ service: '', reason: 'NOT_IN_TIME', error: 'not converged within 0.1 s; still missing: the first look at the engine and its registries' });
});

test('where the engine does not answer then, that is the reason', async () => {
  const { brought } = bringUpOn(() => Promise.reject(new AxionError('UNAVAILABLE', 'no socket', { reason: 'ENGINE_UNREACHABLE' })), 100);
  expect((await brought).failure).toMatchObject({ reason: 'ENGINE_AWAY', error: expect.stringContaining('within 0.1 s; no socket; still missing') as string });
});

test('one that is handed back is no failure', async () => {
  const { brought, outer } = bringUpOn(async () => ({}), 60_000);
  outer.abort(new Error('the process stops'));
  await expect(brought).rejects.toThrow('the process stops');
});
