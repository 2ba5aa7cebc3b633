import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Removals } from '../bus.ts';
import { Endings } from './endings.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const scene = (through: (sequence: number) => Promise<void> = async () => undefined) => {
  const seen: string[] = [];
  const removals = {
    current: true,
    through: async (sequence: number) => {
      seen.push(`remove ${sequence}`);
      await through(sequence);
    },
  };
  const endings = new Endings(removals satisfies Removals);
  const add = (sequence: number, tell: Promise<void> = Promise.resolve(), note: Promise<void> = Promise.resolve()): void =>
    endings.add(
      {
        tell: async () => {
          seen.push(`tell ${sequence}`);
          await tell;
        },
        note: async () => {
          seen.push(`note ${sequence}`);
          await note;
        },
      },
      sequence,
    );
  return { seen, endings, add, removals };
};

test('ends are told at once and in order; notes and one removal for all follow a moment later', async () => {
  const { seen, endings, add } = scene();
  const slow = Promise.withResolvers<void>();
  add(1, slow.promise);
  add(2);
  await vi.advanceTimersByTimeAsync(500);
  expect(seen).toEqual(['tell 1']);
  slow.resolve();
  await endings.told;
  expect(seen).toEqual(['tell 1', 'tell 2']);
  await vi.advanceTimersByTimeAsync(1100);
  expect(seen.slice(2)).toEqual(['note 1', 'note 2', 'remove 2']);
  await endings.settle();
  expect(seen).toHaveLength(5);
});

test('settle does not wait for the moment; one removal at a time, however many ask', async () => {
  const gone = Promise.withResolvers<void>();
  const { seen, endings, add } = scene(() => gone.promise);
  add(1);
  const first = endings.settle();
  await vi.advanceTimersByTimeAsync(0);
  add(2);
  const both = Promise.all([endings.settle(), endings.settle()]);
  await vi.advanceTimersByTimeAsync(500);
  expect(seen).toEqual(['tell 1', 'note 1', 'remove 1', 'tell 2']);
  gone.resolve();
  await first;
  await both;
  expect(seen.slice(4)).toEqual(['note 2', 'remove 2']);
});

test('nothing is removed before all of it is noted; what failed is tried again', async () => {
  let away = true;
  const { seen, endings, add } = scene(async () => {
    if (away) throw new Error('away');
  });
  const unnoted = Promise.withResolvers<void>();
  add(1, undefined, unnoted.promise);
  add(2);
  const settled = endings.settle();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).not.toContain('remove 2');
  unnoted.resolve();
  await expect(settled).rejects.toThrow('away');
  away = false;
  await endings.settle();
  expect(seen.filter((what) => what.startsWith('remove'))).toEqual(['remove 2', 'remove 2']);
});

test('after an end that could not be told nothing more is, and whoever settles hears of it', async () => {
  const { seen, endings, add } = scene();
  add(1);
  add(2, Promise.reject(new Error('away')));
  add(3);
  await expect(endings.settle()).rejects.toThrow('away');
  expect(endings.open).toBe(false);
  await endings.rest();
  await vi.advanceTimersByTimeAsync(500);
  expect(seen).toEqual(['tell 1', 'tell 2']);
});

test('in another connection what was gathered is left to be read again', async () => {
  const { seen, endings, add, removals } = scene();
  add(1);
  await endings.told;
  removals.current = false;
  await endings.settle();
  await vi.advanceTimersByTimeAsync(500);
  expect(endings.open).toBe(false);
  expect(seen).toEqual(['tell 1']);
});
