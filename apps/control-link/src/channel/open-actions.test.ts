import { AxionError } from '@axion/core';
import { expect, test, vi } from 'vitest';
import { keptLog } from '../fixtures/fake-plane.ts';
import { ACTION_KINDS, type ActionHandler, type ActionKind, type AgentWord, type AskedAction } from './action.ts';
import { OpenActions } from './open-actions.ts';

const asked = (over: Partial<AskedAction> = {}): AskedAction => ({ id: 'a', kind: 'status', body: {}, timeoutMs: undefined, credit: 0, headers: {}, userId: undefined, ...over });
const setup = (handler: ActionHandler) => {
  const said: AgentWord[] = [];
  const handlers = Object.fromEntries(ACTION_KINDS.map((kind) => [kind, handler])) as Record<ActionKind, ActionHandler>;
  const open = new OpenActions({ handlers, say: async (word) => void said.push(word), heartbeatWith: async () => undefined, log: keptLog().log });
  const words = () => said.map((word) => `${word.word}${'id' in word ? ` ${word.id}` : ''}${word.word === 'failed' ? ` ${word.error.code}` : ''}`);
  return { said, open, words, until: (what: string) => vi.waitFor(() => expect(words()).toContain(what)) };
};
const part = { lines: [], dropped: 0 };

test('each action ends once: with its answer, its error, or a defect', async () => {
  const { open, words, until } = setup(async ({ id }) => {
    if (id === 'b') throw new AxionError('NOT_FOUND', 'no');
    if (id === 'c') throw new TypeError('ours');
    return { fine: true };
  });
  for (const id of ['a', 'b', 'c']) open.begin(asked({ id }));
  open.begin(asked({ id: 'd', kind: undefined }));
  await until('failed d UNIMPLEMENTED');
  await until('failed c INTERNAL');
  expect(words().toSorted()).toEqual(['end a', 'failed b NOT_FOUND', 'failed c INTERNAL', 'failed d UNIMPLEMENTED']);
});

test('an id under way is refused, and the one under way goes on', async () => {
  const go = Promise.withResolvers<void>();
  const { open, words, until } = setup(() => go.promise);
  open.begin(asked());
  open.begin(asked());
  await until('failed a ALREADY_EXISTS');
  go.resolve();
  await until('end a');
  expect(words()).toEqual(['failed a ALREADY_EXISTS', 'end a']);
});

test('a stream waits for room, counts its parts, and ends when it is cancelled', async () => {
  const { said, open, words, until } = setup(async (_, context) => {
    for (;;) await context.part(part);
  });
  open.begin(asked({ kind: 'logs', credit: 2 }));
  await until('part a');
  open.credit('a', 1);
  await vi.waitFor(() => expect(words()).toHaveLength(3));
  open.cancel('a');
  await until('failed a CANCELLED');
  expect(said.flatMap((word) => (word.word === 'part' ? [word.sequence] : []))).toEqual([0, 1, 2]);
  expect(words()).toHaveLength(4);
});

test('a deadline ends it, whatever the handler does with its answer', async () => {
  const { open, words, until } = setup(async (_, { signal }) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    return 'too late';
  });
  open.begin(asked({ timeoutMs: 5 }));
  await until('failed a DEADLINE_EXCEEDED');
  expect(words()).toHaveLength(1);
});

test('the end of the channel ends all', async () => {
  const { open, words } = setup((_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))));
  open.begin(asked());
  open.begin(asked({ id: 'b' }));
  await open.close();
  expect(words()).toEqual(['failed a ABORTED', 'failed b ABORTED']);
});
