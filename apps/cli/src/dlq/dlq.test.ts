import { expect, test } from 'vitest';
import { readDeadLetter } from '@axion/contracts';
import type { DeadLetter } from '@axion/contracts';
import { placeText, readPlace } from './letter-place.ts';
import { letterSummary } from './letter-summary.ts';
import { replayRecord } from './replay-record.ts';

const letter = (over: Partial<DeadLetter> = {}) => ({
  partition: 2,
  offset: 17,
  timestamp: 0,
  letter: readDeadLetter(
    Buffer.from(
      JSON.stringify({
        originalTopic: 'runner.commands.a',
        originalKey: 'shop',
        originalHeaders: { traceparent: 't', authorization: 'hunter2' },
        originalPayload: JSON.stringify({ command_type: 'Explode', command_id: 'c-1', payload: { password: 'hunter2' } }),
        originalPayloadEncoding: 'utf-8',
        attempt: 1,
        error: { message: 'no', code: 'UNKNOWN_TYPE' },
        dlqTimestamp: 0,
        serviceName: 'runner-agent-service',
        correlationId: null,
        ...over,
      }),
    ),
  ),
});
const stranger = { partition: 0, offset: 0, timestamp: 0, letter: readDeadLetter(Buffer.from('{"a":1}')) };

test('a place is read as it is written', () => expect(placeText(readPlace('2:17'))).toBe('2:17'));

test.each(['', '1', ':1', '1:', '-1:2', '1:2:3', '1.5:2', 'a:b'])('"%s" is no place', (text) => expect(() => readPlace(text)).toThrow('is no place'));

test('what is shown names the command and the reason, and nothing of payload or headers', () => {
  const summary = letterSummary(letter());
  expect(summary).toEqual({
    place: '2:17',
    time: '1970-01-01T00:00:00.000Z',
    reason: 'UNKNOWN_TYPE',
    command_type: 'Explode',
    command_id: 'c-1',
    original_topic: 'runner.commands.a',
    original_key: 'shop',
  });
  expect(JSON.stringify(summary)).not.toContain('hunter2');
});

test.each([
  ['no JSON', letter({ originalPayload: '{' })],
  ['JSON that is no object', letter({ originalPayload: 'null' })],
  ['no text', letter({ originalPayload: '//4=', originalPayloadEncoding: 'base64' })],
  ['no dead letter', stranger],
])('%s: nothing is said of the command', (_what, placed) => expect(letterSummary(placed)).toMatchObject({ command_type: null, command_id: null }));

test('what a stranger wrote does not steer the terminal', () => expect(letterSummary(letter({ originalKey: 'a\u001b[2Jb\n' })).original_key).toBe('a�[2Jb�'));

test('the record is sent as it was, with one header more', () => {
  const replay = { topic: 'runner.commands.a', key: 'shop', headers: { traceparent: 't', authorization: 'hunter2', 'x-dlq-replay': '2:17' } };
  expect(replayRecord(letter())).toEqual({ ...replay, value: letter().letter!.originalPayload });
  expect(replayRecord(letter({ originalPayload: '//4=', originalPayloadEncoding: 'base64', originalKey: null }))).toEqual({ ...replay, key: null, value: Buffer.from([0xff, 0xfe]) });
});

test.each([
  [letter({ originalPayload: null }), 'the message had no value'],
  [letter({ originalPayloadBytes: 2_000_000 }), 'of its 2000000 bytes only the beginning was kept'],
  [stranger, 'it is no dead letter'],
])('nothing can be sent again: %#', (placed, why) => expect(replayRecord(placed)).toBe(why));
