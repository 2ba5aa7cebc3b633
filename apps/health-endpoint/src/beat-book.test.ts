import type { HealthBeat } from '@axion/contracts';
import { describe, expect, test } from 'vitest';
import { BeatBook } from './beat-book.ts';

const beat = (component: string, instance: string, over: Partial<HealthBeat> = {}): HealthBeat => ({
  component,
  instance,
  version: '1',
  pid: 1,
  lifecycle: 'ready',
  status: 'healthy',
  message: '',
  since: '',
  started_at: 'first',
  checks: [],
  ...over,
});

const rig = () => {
  const clock = { at: 0 };
  const book = new BeatBook(new Set(['a']), () => clock.at);
  return { clock, book, names: () => book.heard().map(({ beat: { component, instance } }) => `${component}.${instance}`) };
};

test('keeps the last beat of each process and how long ago it was', () => {
  const { clock, book } = rig();
  book.hear(beat('a', '1', { message: 'old' }));
  clock.at = 4_000;
  book.hear(beat('a', '1', { message: 'new' }));
  clock.at = 5_000;
  expect(book.heard()).toMatchObject([{ beat: { message: 'new' }, age: 1_000, unanswered: 0 }]);
});

test('counts the checks that a process left unanswered in a row; a new run starts afresh', () => {
  const { book } = rig();
  book.hear(beat('a', '1'));
  book.checked(new Map());
  book.checked(new Map());
  expect(book.heard()).toMatchObject([{ unanswered: 2 }]);
  book.answered(new Map([['a.1', 3]]));
  expect(book.heard()).toMatchObject([{ unanswered: 0, responseTime: 3 }]);
  book.checked(new Map());
  book.hear(beat('a', '1', { started_at: 'second' }));
  expect(book.heard()[0]).not.toHaveProperty('responseTime');
  expect(book.heard()).toMatchObject([{ unanswered: 0 }]);
});

describe('forgets', () => {
  test('an instance that said goodbye, once another goes on', () => {
    const { book, names } = rig();
    book.hear(beat('a', '1', { lifecycle: 'stopped' }));
    expect(names()).toEqual(['a.1']);
    book.hear(beat('a', '2'));
    expect(names()).toEqual(['a.2']);
  });

  test('after five minutes what another instance replaces and what nobody expects, never the only one that is expected', () => {
    const { clock, book, names } = rig();
    book.hear(beat('a', '1'));
    book.hear(beat('stranger', '1'));
    clock.at = 300_001;
    expect(names()).toEqual(['a.1']);
    book.hear(beat('a', '2'));
    expect(names()).toEqual(['a.2']);
  });
});
