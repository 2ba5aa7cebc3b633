import type { Actions } from '@axion/bus';
import type { NodeReport } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { keptLog } from '../fixtures/fake-plane.ts';
import { NodeDrain } from './node-drain.ts';

const { signal } = new AbortController();
const report = (draining: boolean): NodeReport => ({ draining }) as NodeReport;
const setup = () => {
  const asked: unknown[] = [];
  const fail: { with?: AxionError } = {};
  const request = async (_: string, verb: string, body: unknown): Promise<unknown> => {
    asked.push([verb, body]);
    if (fail.with !== undefined) throw fail.with;
    return {};
  };
  return { asked, fail, drain: new NodeDrain({ request: request as Actions['request'] }, keptLog().log) };
};

test('two heartbeats in a row drain the node, one takes it back', async () => {
  const { asked, drain } = setup();
  await drain.follow(true, report(false), signal);
  expect([asked, drain.pending]).toEqual([[], true]);
  await drain.follow(true, report(false), signal);
  expect([asked, drain.pending]).toEqual([[['drain', { drain: true }]], false]);
  await drain.follow(true, report(true), signal);
  await drain.follow(false, report(true), signal);
  await drain.follow(false, report(false), signal);
  expect(asked).toEqual([['drain', { drain: true }], ['drain', { drain: false }]]);
});

test('a moment of it is none', async () => {
  const { asked, drain } = setup();
  for (const wanted of [true, false, true, false]) await drain.follow(wanted, report(false), signal);
  expect([asked, drain.pending]).toEqual([[], false]);
});

test('what the executor did not take is asked again, also by a link that just started', async () => {
  const { asked, fail, drain } = setup();
  fail.with = new AxionError('UNAVAILABLE', 'nobody answers');
  await drain.follow(false, report(true), signal);
  await drain.follow(false, report(true), signal);
  expect(asked).toHaveLength(2);
});
