import type { Actions, SequencedEvent } from '@axion/bus';
import type { LedgerEntry, StoredCommand } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import type { AskedAction } from './action.ts';
import { commandAction } from './command-action.ts';
import { CommandEnds } from './command-ends.ts';

const action: AskedAction = { id: 'act-1', kind: 'scale', body: { project_id: 'Shop', service_name: 'web', replicas: 0 }, timeoutMs: undefined, credit: 0, headers: { traceparent: 't' }, userId: 'u-1' };

const setup = ({ inLedger = false, duplicate = false, signedOnly = false } = {}) => {
  const steps: string[] = [];
  const published: StoredCommand[] = [];
  const asked: unknown[] = [];
  const events: { tell?: (event: SequencedEvent) => void } = {};
  const follow = async (_: unknown, onEvent: (event: SequencedEvent) => void) => {
    events.tell = onEvent;
    return { stop: () => {} };
  };
  const handler = commandAction('Scale', {
    commands: { publish: async (command) => (published.push(command), steps.push('published'), { sequence: 1, duplicate }) },
    ledger: { get: async () => (inLedger ? { key: 'act-1', revision: 1, value: {} as LedgerEntry } : undefined) },
    ends: new CommandEnds({ follow }),
    actions: { request: (async (...args: unknown[]) => void asked.push(args.slice(0, 3))) as Actions['request'] },
    signedOnly,
    now: () => 0,
  });
  const stop = new AbortController();
  const context = { signal: stop.signal, accepted: async () => void steps.push('accepted'), part: async () => {}, heartbeatWith: async () => {} };
  const end = (causation_id: string, event_type: string, payload: object): void => events.tell?.({ terminal: true, body: { causation_id, event_type, payload } } as unknown as SequencedEvent);
  return { steps, published, asked, stop, end, run: () => handler(action, context) };
};
const settled = () => new Promise((resolve) => void setImmediate(resolve));

test('accepted once it is on disk, ended by its own terminal event', async () => {
  const { steps, published, end, run } = setup();
  const running = run();
  await settled();
  expect(steps).toEqual(['published', 'accepted']);
  expect(published).toMatchObject([{ commandId: 'act-1', type: 'Scale', executor: 'swarm', key: 'shop', projectId: 'shop', userId: 'u-1', correlationId: 'act-1', headers: { traceparent: 't' }, payload: { replicas: 0 } }]);
  end('another', 'StatusReport', { wrong: true });
  end('act-1', 'StatusReport', { right: true });
  expect(await running).toEqual({ right: true });
});

test('a command that failed fails the action with its own error', async () => {
  const { end, run } = setup();
  const running = run();
  await settled();
  end('act-1', 'ErrorReport', { error: { code: 'NOT_FOUND', message: 'no web', retryable: false, reason: 'NO_SUCH_SERVICE' } });
  await expect(running).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'NO_SUCH_SERVICE', message: 'no web' });
});

test.each([{ inLedger: true }, { duplicate: true }])('an id that was used before is refused: %o', async (given) => {
  const { steps, run } = setup(given);
  await expect(run()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(steps).not.toContain('accepted');
});

test('cancelled by the control plane, the executor is asked to cancel it; a channel that ends takes nothing back', async () => {
  const one = setup();
  const cancelled = one.run();
  await settled();
  one.stop.abort(new AxionError('CANCELLED', 'not wanted'));
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(one.asked).toEqual([['swarm', 'cancel', { project_id: 'shop', command_id: 'act-1' }]]);
  const other = setup();
  const cut = other.run();
  await settled();
  other.stop.abort(new AxionError('ABORTED', 'the channel has ended'));
  await expect(cut).rejects.toMatchObject({ code: 'ABORTED' });
  expect(other.asked).toEqual([]);
});

test('where commands must be signed nothing is published', async () => {
  const { published, run } = setup({ signedOnly: true });
  await expect(run()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'SIGNATURE_REQUIRED' });
  expect(published).toEqual([]);
});
