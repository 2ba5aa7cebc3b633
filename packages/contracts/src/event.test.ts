import { expect, test } from 'vitest';
import { parseCommand } from './command-envelope.ts';
import { progressEvent, terminalEvent } from './event.ts';

const origin = { agentId: 'agent-1', now: 0 };
const command = parseCommand(
  Buffer.from(JSON.stringify({ command_id: 'c-1', command_type: 'Stop', payload: { project_id: 'shop' }, correlation_id: 'corr', timestamp: '2026-01-01T00:00:00Z' })),
  { traceparent: '00-1-2-01', 'x-request-id': 'r' },
);

test('a terminal event is the same one however often it is made', () => {
  const first = terminalEvent(command, { ok: true, payload: {} }, origin);
  const again = terminalEvent(command, { ok: true, payload: {} }, { ...origin, now: 5000 });
  expect(again.body.event_id).toBe(first.body.event_id);
  expect(first.body).toMatchObject({ event_type: 'StatusReport', correlation_id: 'corr', causation_id: 'c-1', agent_id: 'agent-1', timestamp: '1970-01-01T00:00:00.000Z' });
});

test('headers of the command are carried on', () => {
  expect(terminalEvent(command, { ok: false, payload: {} }, origin)).toMatchObject({
    key: 'shop',
    body: { event_type: 'ErrorReport' },
    headers: { traceparent: '00-1-2-01', 'x-request-id': 'r', 'x-causation-id': 'c-1', 'x-project-id': 'shop' },
  });
});

test('a named step has one id, an unnamed one a fresh id each time', () => {
  const id = (step?: string) => progressEvent(command, 'DeployStarted', {}, origin, step).body.event_id;
  expect(id('started')).toBe(id('started'));
  expect(id()).not.toBe(id());
});
