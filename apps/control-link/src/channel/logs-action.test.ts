import type { Actions } from '@axion/bus';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import type { AskedAction, LoggedLine } from './action.ts';
import { logsAction, partsOf } from './logs-action.ts';

const line = (text: string): LoggedLine => ({ service: 'web', stream: 'stdout', at: '', text });

test('parts are bounded in lines and in size, and hold everything in order', () => {
  const many = Array.from({ length: 450 }, (_, index) => line(String(index)));
  expect([...partsOf(many)].map((part) => part.length)).toEqual([200, 200, 50]);
  expect([...partsOf(many)].flat()).toEqual(many);
  const long = line('x'.repeat(200 * 1024));
  expect([...partsOf([long, long, line('short'), long])].map((part) => part.length)).toEqual([1, 2, 1]);
  expect([...partsOf([])]).toEqual([]);
});

const ENOUGH = new AxionError('CANCELLED', 'enough');

/** Services whose logs are looked at over and over: each look gives what `looks` says, then it is cancelled. */
const run = async (body: Record<string, unknown>, looks: Record<string, string[][]>) => {
  const asked: unknown[] = [];
  const said: string[] = [];
  const stop = new AbortController();
  const request = async (_: string, verb: string, question: Record<string, unknown>): Promise<unknown> => {
    if (verb === 'status') return { services: Object.keys(looks).map((name) => ({ name })) };
    asked.push(question);
    return { lines: (looks[String(question['service_name'])]?.shift() ?? []).map((text) => ({ stream: 'stdout', text })) };
  };
  const sleep = async (): Promise<void> => {
    if (Object.values(looks).every((left) => left.length === 0)) stop.abort(ENOUGH);
    stop.signal.throwIfAborted();
  };
  const handler = logsAction({ actions: { request: request as Actions['request'] }, clock: { sleep } });
  const action: AskedAction = { id: 'a', kind: 'logs', body, timeoutMs: undefined, credit: 1, headers: {}, userId: undefined };
  const ended = await handler(action, { signal: stop.signal, accepted: async () => {}, heartbeatWith: async () => {}, part: async ({ lines }) => void said.push(...lines.map(({ service, text }) => `${service} ${text}`)) }).then(
    () => 'done',
    (error: AxionError) => error.code,
  );
  return { asked, said, ended };
};
const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.000000000Z`;

test('all services of a project, in the order of their time', async () => {
  const { said, asked, ended } = await run({ project_id: 'shop', tail: 10 }, { a: [[`${at(1)} one`, `${at(3)} three`]], b: [[`${at(2)} two`]] });
  expect([said, ended]).toEqual([['a one', 'b two', 'a three'], 'done']);
  expect(asked).toContainEqual({ project_id: 'shop', service_name: 'a', tail: 10, timestamps: true });
});

test('followed, each look reaches back a little, and no line is told twice', async () => {
  const { said, asked, ended } = await run(
    { project_id: 'shop', service_name: 'a', follow: true },
    { a: [[`${at(10)} one`, `${at(11)} two`], [`${at(10)} one`, `${at(11)} two`, `${at(11)} late`], [`${at(11)} late`, `${at(12)} same`, `${at(13)} same`]] },
  );
  expect([said, ended]).toEqual([['a one', 'a two', 'a late', 'a same', 'a same'], 'CANCELLED']);
  expect(asked.slice(1)).toEqual([6, 6].map((second) => expect.objectContaining({ since: Date.parse(at(second)) / 1000 })));
});
