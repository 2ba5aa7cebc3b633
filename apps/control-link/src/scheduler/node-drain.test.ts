import type { Actions } from '@axion/bus';
import type { NodeReport } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { keptLog } from '../fixtures/fake-plane.ts';
import { NodeDrain } from './node-drain.ts';

const { signal } = new AbortController();
const setup = () => {
  const asked: unknown[] = [];
  const fail: { with?: AxionError } = {};
  const clock = { at: 0, monotonic: () => clock.at };
  const request = async (_: string, verb: string, body: unknown): Promise<unknown> => {
    asked.push([verb, body]);
    if (fail.with !== undefined) throw fail.with;
    return {};
  };
  const drain = new NodeDrain({ actions: { request: request as Actions['request'] }, clock, log: keptLog().log });
  const follow = (at: number, wanted: boolean, draining: boolean): Promise<void> => {
    clock.at = at;
    return drain.follow(wanted, { draining } as NodeReport, 60_000, signal);
  };
  return { asked, fail, follow };
};

test('what is asked for over a whole interval drains the node; once not asked for takes it back', async () => {
  const { asked, follow } = setup();
  for (const at of [0, 10_000, 20_000, 50_000]) await follow(at, true, false);
  expect(asked).toEqual([]);
  await follow(59_990, true, false);
  expect(asked).toEqual([['drain', { drain: true }]]);
  await follow(70_000, true, true);
  await follow(80_000, false, true);
  await follow(90_000, false, false);
  expect(asked).toEqual([['drain', { drain: true }], ['drain', { drain: false }]]);
});

test('a moment of it is none', async () => {
  const { asked, follow } = setup();
  for (const [at, wanted] of [[0, true], [50_000, true], [59_000, false], [60_000, true], [100_000, true]] as const) await follow(at, wanted, false);
  expect(asked).toEqual([]);
});

test('what the executor did not take is asked again, also by a link that just started', async () => {
  const { asked, fail, follow } = setup();
  fail.with = new AxionError('UNAVAILABLE', 'nobody answers');
  await follow(0, false, true);
  await follow(10_000, false, true);
  expect(asked).toHaveLength(2);
});
