import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import { expect, test } from 'vitest';
import { ORPHAN_GRACE_MS, Orphans } from './orphans.ts';
import type { OrphanNews } from './orphans.ts';

const log = { info: () => undefined, warn: () => undefined } as unknown as Logger;
const { signal } = new AbortController();

const rig = (collect: boolean, fails = false) => {
  const time = { at: 0 };
  const clock: Clock = { now: () => time.at, monotonic: () => time.at, sleep: async () => undefined };
  const pass = (ms: number): void => void (time.at += ms);
  const told: OrphanNews[] = [];
  const removed: (readonly [string, boolean])[] = [];
  const orphans = new Orphans({ clock, log, collect, tell: (news) => told.push(news) });
  const remove = async (id: string, _spec: unknown, { data }: { readonly data: boolean }): Promise<void> => {
    if (fails) throw new Error('busy');
    removed.push([id, data]);
  };
  return { pass, told, removed, orphans, look: (...ids: readonly string[]) => orphans.seen({ type: 'container', remove }, ids, signal) };
};

test('an orphan is told at the second look, once, and left alone', async () => {
  const { pass, told, removed, orphans, look } = rig(false);
  await look('a');
  expect(told).toEqual([]);
  await look('a');
  expect(orphans.ids()).toEqual(['a']);
  pass(2 * ORPHAN_GRACE_MS);
  await look('a');
  expect(told).toEqual([{ id: 'a', type: 'container', news: 'found' }]);
  expect(removed).toEqual([]);
});

test('where it is wanted an orphan goes after its grace time, and its data stays', async () => {
  const { pass, told, removed, look } = rig(true);
  await look('a');
  pass(ORPHAN_GRACE_MS - 1);
  await look('a', 'b');
  expect(removed).toEqual([]);
  pass(1);
  await look('a', 'b');
  expect(removed).toEqual([['a', false]]);
  expect(told).toContainEqual({ id: 'a', type: 'container', news: 'removed' });
});

test('one that was away meanwhile has its grace time again', async () => {
  const { pass, removed, look } = rig(true);
  await look('a');
  pass(ORPHAN_GRACE_MS);
  await look();
  await look('a');
  expect(removed).toEqual([]);
});

test('one that cannot be removed is not said to be removed', async () => {
  const { pass, told, look } = rig(true, true);
  await look('a');
  pass(ORPHAN_GRACE_MS);
  await look('a');
  expect(told).toEqual([{ id: 'a', type: 'container', news: 'found' }]);
});
