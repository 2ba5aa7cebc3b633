import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import type { KafkaRecord } from '@axion/kafka';
import { deadLetterOf, mayBeDeadLettered } from './dead-letter.ts';

const record = (over: Partial<KafkaRecord> = {}): KafkaRecord => ({
  topic: 'commands',
  partition: 0,
  offset: 3,
  key: Buffer.from('shop'),
  value: Buffer.from('{"correlation_id":"corr","metadata":{"retry_attempt":2}}'),
  headers: { 'x-request-id': 'r' },
  ...over,
});
const error = new AxionError('INVALID_ARGUMENT', 'command_id: is missing', { reason: 'INVALID_ENVELOPE' });
const letter = (of: KafkaRecord, limit?: number): unknown => JSON.parse(deadLetterOf(of, error, 1_760_000_000_000, limit).value);

test('has the shape of the contract', () => {
  expect(letter(record())).toEqual({
    originalTopic: 'commands',
    originalKey: 'shop',
    originalHeaders: { 'x-request-id': 'r' },
    originalPayload: '{"correlation_id":"corr","metadata":{"retry_attempt":2}}',
    originalPayloadEncoding: 'utf-8',
    attempt: 3,
    error: { message: 'command_id: is missing', code: 'INVALID_ENVELOPE' },
    dlqTimestamp: 1_760_000_000_000,
    serviceName: 'runner-agent-service',
    correlationId: 'corr',
  });
});

test.each([
  ['no value', record({ value: undefined }), { originalPayload: null, attempt: 1, correlationId: null }],
  ['no key', record({ key: undefined }), { originalKey: null }],
  ['not UTF-8', record({ value: Buffer.from([0xff, 0x00]) }), { originalPayload: '/wA=', originalPayloadEncoding: 'base64' }],
  ['not JSON', record({ value: Buffer.from('{'), headers: { 'x-correlation-id': 'h' } }), { originalPayload: '{', correlationId: 'h' }],
  ['not an object', record({ value: Buffer.from('null') }), { attempt: 1 }],
])('%s', (_what, of, expected) => expect(letter(of)).toMatchObject(expected));

test('a payload over the limit is cut and says so', () => {
  expect(letter(record({ value: Buffer.from('x'.repeat(100)) }), 10)).toMatchObject({ originalPayload: 'xxxxxxxxxx', originalPayloadBytes: 100 });
});

test('what was replayed from the dead letter topic does not go back there', () => {
  expect(mayBeDeadLettered(record())).toBe(true);
  expect(mayBeDeadLettered(record({ headers: { 'x-dlq-replay': '1' } }))).toBe(false);
});
