import { expect, test } from 'vitest';
import { GatheredReads } from './gathered-reads.ts';
import type { StoredMessage } from './stored-message.ts';

const message = (subject: string): StoredMessage => ({ subject, sequence: 1 }) as StoredMessage;

/** A store whose answers are given by the test. */
const slowStore = () => {
  const asked: { subjects: readonly string[]; answer: (found: readonly StoredMessage[]) => void; fail: (error: Error) => void }[] = [];
  const reads = new GatheredReads((subjects) => new Promise((answer, fail) => asked.push({ subjects, answer, fail })));
  return { asked, reads };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is asked together is read together, what is asked meanwhile waits for the next', async () => {
  const { asked, reads } = slowStore();
  const first = Promise.all(['a', 'b', 'a'].map((subject) => reads.last(subject)));
  await turn();
  const late = reads.last('a');
  expect(asked.map(({ subjects }) => subjects)).toEqual([['a', 'b']]);
  asked[0]!.answer([message('a')]);
  expect((await first).map((found) => found?.subject)).toEqual(['a', undefined, 'a']);
  await turn();
  expect(asked.map(({ subjects }) => subjects)).toEqual([['a', 'b'], ['a']]);
  asked[1]!.answer([]);
  expect(await late).toBeUndefined();
});

test('a read that fails fails those who asked, and nobody else', async () => {
  const { asked, reads } = slowStore();
  const failing = reads.last('a');
  await turn();
  const next = reads.last('b');
  asked[0]!.fail(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  await turn();
  asked[1]!.answer([message('b')]);
  expect(await next).toMatchObject({ subject: 'b' });
});
