import { expect, test } from 'vitest';
import type { Removals } from '../bus.ts';
import { Endings } from './endings.ts';

const scene = () => {
  const seen: string[] = [];
  const removals: Removals = { current: true, ended: (sequence) => void seen.push(`ended ${sequence}`), flush: async () => void seen.push('flush') };
  const endings = new Endings(removals);
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
  return { seen, endings, add };
};

test('ends are told in order, and a command ends only behind those before it, also where its note is quicker', async () => {
  const { seen, endings, add } = scene();
  const slow = Promise.withResolvers<void>();
  add(1, Promise.resolve(), slow.promise);
  add(2);
  await endings.told;
  expect(seen).toEqual(['tell 1', 'note 1', 'tell 2', 'note 2']);
  slow.resolve();
  await endings.settle();
  expect(seen.slice(4)).toEqual(['ended 1', 'ended 2', 'flush']);
});

test('after a failure nothing more is told nor removed, and whoever settles hears of it', async () => {
  const { seen, endings, add } = scene();
  const broken = Promise.reject(new Error('away'));
  add(1);
  add(2, broken);
  add(3);
  await expect(endings.settle()).rejects.toThrow('away');
  await endings.rest();
  expect(endings.open).toBe(false);
  expect(seen).toEqual(['tell 1', 'note 1', 'tell 2', 'ended 1']);
});
