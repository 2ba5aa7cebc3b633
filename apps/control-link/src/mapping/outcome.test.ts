import { Status } from '@axion/contracts/proto/axion/common/common';
import { expect, test } from 'vitest';
import { dataOf as dataOfClean } from './outcome.ts';

const dataOf = <T>(call: string, answer: Parameters<typeof dataOfClean<T>>[1]): T => dataOfClean<T>(call, answer, (text) => text.replaceAll('tok-1', '[redacted]'));

const refusal = (code: string, message = 'no') => ({ status: Status.ERROR, result: { $case: 'error' as const, error: { code, message, details: {} } } });

test('data is given as it is', () => {
  expect(dataOf('X', { status: Status.SUCCESS, result: { $case: 'data', data: 7 } })).toBe(7);
  expect(dataOf('X', { status: Status.UNSPECIFIED, result: { $case: 'data', data: 7 } })).toBe(7);
});

test.each([
  ["a code of gRPC's", refusal('not_found'), { code: 'NOT_FOUND', reason: undefined, message: 'the control plane refused X: no' }],
  ['a code of its own', refusal('AGENT_BANNED'), { code: 'FAILED_PRECONDITION', reason: 'AGENT_BANNED', retryable: false }],
  ['what quotes the token', refusal('bad_tok-1', 'who is tok-1?'), { code: 'FAILED_PRECONDITION', reason: 'BAD_[REDACTED]', message: 'the control plane refused X: who is [redacted]?' }],
  ['an error with a good status', { ...refusal('UNAVAILABLE'), status: Status.SUCCESS }, { code: 'UNAVAILABLE', retryable: true }],
  ['a bad status with data', { status: Status.ERROR, result: { $case: 'data' as const, data: 7 } }, { code: 'FAILED_PRECONDITION' }],
  ['nothing at all', { status: Status.SUCCESS }, { code: 'DATA_LOSS' }],
])('%s is an error', (_, answer, error) => {
  expect(() => dataOf<number>('X', answer)).toThrow(expect.objectContaining(error));
});
