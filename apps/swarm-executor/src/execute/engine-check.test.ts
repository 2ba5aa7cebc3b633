import { expect, test } from 'vitest';
import { AxionError, systemClock, untilAborted } from '@axion/core';
import type { EngineInfo } from '@axion/docker-engine';
import { EngineCheck } from './engine-check.ts';

type Answer = (signal: AbortSignal) => Promise<unknown>;
const well: Answer = async () => ({ engineVersion: '1', swarm: { nodes: 1 } });
const hangs: Answer = (signal) => untilAborted(new Promise(() => undefined), signal);
const noSwarm: Answer = () => Promise.reject(new AxionError('FAILED_PRECONDITION', 'no manager'));

/** A check whose engine answers one thing after the other; the last of them never ends. */
const reports = async (...answers: readonly Answer[]) => {
  const seen: string[] = [];
  const pauses: number[] = [];
  const over = Promise.withResolvers<void>();
  const say = (status: string) => (message?: string) => void seen.push(`${status}: ${message}`);
  let asked = 0;
  const check = new EngineCheck({
    engine: { swarm: { assertManager: (signal?: AbortSignal) => (answers[asked++] ?? hangs)(signal!) as Promise<EngineInfo> } as never },
    health: { healthy: say('healthy'), degraded: say('degraded'), unhealthy: say('unhealthy') },
    wake: {
      next: async (ms, signal) => {
        pauses.push(ms);
        if (pauses.length < answers.length) return 'time';
        over.resolve();
        return untilAborted(new Promise<never>(() => undefined), signal);
      },
      stop: () => undefined,
    },
    clock: systemClock,
    timeoutMs: 20,
    intervalMs: 30_000,
  });
  await check.start();
  await over.promise;
  await check.stop();
  return { seen, pauses };
};

test('an engine that hangs is called so after a short deadline, and asked again soon until it is well', async () => {
  const { seen, pauses } = await reports(well, hangs, well);
  expect(seen).toEqual(['healthy: engine 1, 1 nodes', 'unhealthy: the engine did not answer within 0.02 s', 'healthy: engine 1, 1 nodes']);
  expect(pauses).toEqual([10_000, 2000, 10_000]);
});

test('without a swarm the component is degraded, not ill, and not asked more often', async () => {
  expect(await reports(noSwarm)).toEqual({ seen: ['degraded: no manager'], pauses: [10_000] });
});
