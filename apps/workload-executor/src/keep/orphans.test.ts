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
  const removed: string[] = [];
  const asked = new Set<string>();
  const remove = async (_type: string, id: string): Promise<boolean> => {
    if (fails) throw new Error('busy');
    if (asked.has(id)) return false;
    removed.push(id);
    return true;
  };
  const orphans = new Orphans({ clock, log, collect, tell: (news) => told.push(news), remove });
  return { pass, told, removed, asked, orphans, look: (...ids: readonly string[]) => orphans.seen('container', ids, signal) };
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

test('where it is wanted an orphan goes after its grace time', async () => {
  const { pass, told, removed, look } = rig(true);
  await look('a');
  pass(ORPHAN_GRACE_MS - 1);
  await look('a', 'b');
  expect(removed).toEqual([]);
  pass(1);
  await look('a', 'b');
  expect(removed).toEqual(['a']);
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

test('one that is asked for at the last moment is not said to be removed', async () => {
  const { pass, told, asked, look } = rig(true);
  await look('a');
  pass(ORPHAN_GRACE_MS);
  asked.add('a');
  await look('a');
  expect(told).toEqual([{ id: 'a', type: 'container', news: 'found' }]);
});

test('one id on two runtimes is two orphans, each with a time of its own', async () => {
  const { pass, removed, orphans, look } = rig(true);
  await look('a');
  pass(ORPHAN_GRACE_MS - 1);
  await orphans.seen('vm', ['a'], signal);
  pass(1);
  await orphans.seen('vm', ['a'], signal);
  expect(removed).toEqual([]);
  await look('a');
  expect(removed).toEqual(['a']);
});
