import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { whileEngineAway } from './engine-patience.ts';

const gone = new AxionError('UNAVAILABLE', 'no socket', { reason: 'ENGINE_UNREACHABLE' });
const HOUR = 3600_000;

/** An engine that is away at times, and a clock that goes on only while something waits; every wait off the slot is counted. */
const scene = (away: (now: number) => boolean, workMs = 0) => {
  let now = 0;
  let held = true;
  const sleptHolding: number[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      if (held) sleptHolding.push(ms);
      now += ms;
    },
  };
  const list = async (): Promise<readonly never[]> => {
    if (away(now)) throw gone;
    return [];
  };
  const engine = { services: { list }, swarm: { info: list } } as unknown as Engine;
  const offSlot = async <T>(work: () => Promise<T>): Promise<T> => {
    held = false;
    return work().finally(() => (held = true));
  };
  const run = (until: number, work: (engine: Engine) => Promise<unknown>, signal = new AbortController().signal): Promise<unknown> =>
    whileEngineAway(
      engine,
      async (heard) => {
        await work(heard);
        now += workMs;
        return heard.services.list();
      },
      { clock, offSlot, until, signal },
    );
  return { run, sleptHolding, at: () => now };
};

const nothing = async (): Promise<void> => undefined;

test('an engine that stays away is given up after a minute, and no place was held while it was waited for', async () => {
  const { run, at, sleptHolding } = scene(() => true);
  await expect(run(HOUR, nothing)).rejects.toBe(gone);
  expect(at()).toBeGreaterThan(50_000);
  expect(at()).toBeLessThanOrEqual(60_000);
  expect(sleptHolding).toEqual([]);
});

test('it is over sooner where there is less time', async () => {
  const { run, at } = scene(() => true);
  await expect(run(5000, nothing)).rejects.toBe(gone);
  expect(at()).toBeLessThanOrEqual(5000);
});

test('each absence has the whole patience', async () => {
  const { run, at } = scene((now) => (now >= 30_000 && now < 50_000) || (now >= 80_000 && now < 100_000), 30_000);
  await run(HOUR, (engine) => engine.services.list());
  expect(at()).toBeGreaterThanOrEqual(130_000);
});

test('that the engine says who it is counts for nothing while its swarm does not answer', async () => {
  const noLeader = new AxionError('UNAVAILABLE', 'no leader', { reason: 'SWARM_HAS_NO_LEADER' });
  const { run, at } = scene(() => false);
  const work = async (engine: Engine): Promise<never> => {
    await engine.swarm.info();
    throw noLeader;
  };
  await expect(run(HOUR, work)).rejects.toBe(noLeader);
  expect(at()).toBeLessThanOrEqual(60_000);
});

test('what the engine refuses is thrown at once', async () => {
  const refused = new AxionError('NOT_FOUND', 'no such service', { reason: 'NOT_FOUND' });
  const { run, at } = scene(() => false);
  await expect(run(HOUR, () => Promise.reject(refused))).rejects.toBe(refused);
  expect(at()).toBe(0);
});
