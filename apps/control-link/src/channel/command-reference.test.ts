import { expect, test } from 'vitest';
import type { LedgerEntry } from '@axion/contracts';
import { commandReference } from './command-reference.ts';

const body = { event_id: 'e', event_type: 'StatusReport', payload: { done: 1 }, correlation_id: 'c', timestamp: '', agent_id: 'a' } as const;
const entry: LedgerEntry = { command_id: 'c-1', event: { key: 'shop', terminal: true, headers: {}, body }, fence: 1, finished_at: 'then' };
const asked = (value: LedgerEntry): Promise<unknown> =>
  Promise.resolve(
    commandReference({ commands: { waiting: async () => [] }, ledger: { get: async (key) => ({ key, value, revision: 1 }) } })({ actionId: 'act', body: { project_id: 'shop', command_id: 'c-1' } } as never, {} as never),
  );

test('of what ended it says how, but of an answer to a question no payload: the ledger has none', async () => {
  const ended = { command_id: 'c-1', state: 'ended', event_type: 'StatusReport', finished_at: 'then' };
  expect(await asked(entry)).toEqual({ ...ended, payload: { done: 1 } });
  expect(await asked({ ...entry, told: true, event: { ...entry.event, body: { ...body, payload: {} } } })).toEqual(ended);
});
