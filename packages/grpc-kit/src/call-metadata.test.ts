import { inspect } from 'node:util';
import { Secret } from '@axion/core';
import { expect, test } from 'vitest';
import { agentMetadata, toGrpcMetadata } from './call-metadata.ts';

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

test.each(['hunter2-a\nhunter2-b', 'hunter2-ü', 'hunter2\r', 'hunter2\u0000'])('the token %j cannot be sent, and no part of the error quotes it', (token) => {
  const error = thrownBy(() => toGrpcMetadata(agentMetadata({ token: new Secret(token), id: 'a-1', version: '1' })));
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false, reason: 'INVALID_HEADER', details: { header: 'authorization' } });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
});

test('nor does it quote the value of any other header, or a name that is none', () => {
  for (const entries of [{ 'x-agent-id': 'hunter2-ü' }, { 'no name': 'hunter2' }]) expect(inspect(thrownBy(() => toGrpcMetadata(entries)), { depth: 9 })).not.toContain('hunter2');
});
