import type { Actions } from '@axion/bus';
import { AxionError } from '@axion/core';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { expect, test } from 'vitest';
import { NodeView } from './node-view.ts';

const { signal } = new AbortController();
const setup = () => {
  const state = { away: false, runtimes: [{ type: 'container', state: 'ready' }, { type: 'compose', state: 'missing' }, { type: 'vm', state: 'away' }] };
  const request = async (_: string, verb: string): Promise<unknown> => {
    if (state.away) throw new AxionError('UNAVAILABLE', 'nobody answers');
    return verb === 'list' ? { workloads: [{ id: 'web', actualState: 'ACTUAL_STATE_RUNNING', usage: { memoryBytes: 1 } }] } : { runtimes: state.runtimes };
  };
  return { state, view: new NodeView({ request: request as Actions['request'] }) };
};
const now = (state: { runtimes: unknown[] }, container: string, vm: string): void => void (state.runtimes = [{ type: 'container', state: container }, { type: 'vm', state: vm }]);

test('types are runtimes that answered; one that is away for a moment stays, one that is missing goes', async () => {
  const { state, view } = setup();
  const types = async () => (await view.look(signal)).types;
  expect(await types()).toEqual(['container']);
  now(state, 'away', 'ready');
  expect(await types()).toEqual(['container', 'vm']);
  now(state, 'missing', 'away');
  expect(await types()).toEqual(['vm']);
});

test('without the executor nothing is told at first, and later that it is not known', async () => {
  const { state, view } = setup();
  state.away = true;
  await expect(view.look(signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'NO_EXECUTOR' });
  state.away = false;
  expect(await view.look(signal)).toMatchObject({ fresh: true, workloads: [{ id: 'web', actualState: ActualState.RUNNING }] });
  state.away = true;
  expect(await view.look(signal)).toMatchObject({ fresh: false, types: ['container'], workloads: [{ id: 'web', actualState: ActualState.UNKNOWN, usage: undefined }] });
});
