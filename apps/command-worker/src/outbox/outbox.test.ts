import { expect, test } from 'vitest';
import type { SequencedEvent } from '@axion/bus';
import { chunks } from './chunks.ts';
import { eventRecord, shortenedRecord } from './event-record.ts';
import { needsRoom } from './outbox-room.ts';

const event = (over: Partial<SequencedEvent> = {}): SequencedEvent => ({
  key: 'shop',
  terminal: true,
  headers: { traceparent: '00-1-2-01', 'x-axion-digest': 'd' },
  body: { event_id: 'e', event_type: 'DeployFailed', payload: { project_id: 'shop', status: 'Failed', details: 'x'.repeat(9000) }, correlation_id: 'c', timestamp: '2026-01-01T00:00:00Z', agent_id: 'agent-1' },
  sequence: 7,
  ...over,
});

test('a record has the project as key, or the agent; its place on the bus; and no headers of the agent’s own', () => {
  expect(eventRecord(event(), 42)).toMatchObject({ key: 'shop', headers: { traceparent: '00-1-2-01', 'x-axion-position': '42-7' } });
  expect(eventRecord(event(), 42).headers).not.toHaveProperty('x-axion-digest');
  expect(eventRecord(event({ key: '_agent' }), 42).key).toBe('agent-1');
});

test('a shortened record still says what ended, and how', () => {
  expect(JSON.parse(shortenedRecord(event(), 42).value)).toMatchObject({ event_id: 'e', event_type: 'DeployFailed', payload: { project_id: 'shop', status: 'Failed', truncated: true } });
});

test.each([
  ['nothing', [], []],
  ['all in one', [3, 3], [[3, 3]]],
  ['split where the next would be too much', [6, 5, 5], [[6], [5, 5]]],
  ['a large one alone', [1, 99, 1], [[1], [99], [1]]],
])('chunks: %s', (_what, sizes, expected) => {
  const records = sizes.map((size) => ({ key: null, value: 'x'.repeat(size), headers: {} }));
  expect(chunks(records, 10).map((run) => run.map(({ value }) => value.length))).toEqual(expected);
});

test.each([
  ['plenty of room', { bytes: 50, messages: 100 }, 0, false],
  ['full of what has left', { bytes: 95, messages: 100 }, 90, false],
  ['full of what waits', { bytes: 95, messages: 100 }, 10, true],
])('room: %s', (_what, state, position, expected) => expect(needsRoom({ maxBytes: 100, lastSequence: 100, ...state }, position)).toBe(expected));
