import { ActionRequest, AgentFrame, LogSource } from '@axion/contracts/proto/axion/runner/control_channel';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { agentFrame, heardWord } from './channel-frames.ts';

const heard = (request: unknown) => heardWord({ frame: { $case: 'action', action: ActionRequest.fromJSON(request) } });

test.each([
  [{ stop: { projectId: 'shop' } }, 'stop', { project_id: 'shop' }],
  [{ restart: { projectId: 'shop', serviceName: '' } }, 'restart', { project_id: 'shop' }],
  [{ scale: { projectId: 'shop', serviceName: 'web', replicas: 0 } }, 'scale', { project_id: 'shop', service_name: 'web', replicas: 0 }],
  [{ status: {} }, 'status', {}],
  [{ logs: { projectId: 'shop', follow: true, tail: 0, since: 5 } }, 'logs', { project_id: 'shop', follow: true, since: 5 }],
  [{ deploy: { projectId: 'shop', commandId: 'c' } }, 'deploy', { project_id: 'shop', command_id: 'c' }],
  [{ update: { targetVersion: '2' } }, undefined, { target_version: '2' }],
  [{}, undefined, {}],
])('%o is %s', (action, kind, body) => expect(heard({ actionId: 'a', ...action })).toMatchObject({ word: 'action', action: { id: 'a', kind, body } }));

test('what goes with an action', () => {
  expect(heard({ actionId: 'a', timeoutMs: 50, initialCredit: 3, traceparent: 't', metadata: { userId: 'u', requestId: 'r' }, status: {} })).toMatchObject({
    action: { timeoutMs: 50, credit: 3, headers: { traceparent: 't', 'x-request-id': 'r' }, userId: 'u' },
  });
  expect(heard({ actionId: 'a', status: {} })).toMatchObject({ action: { timeoutMs: undefined, credit: 0, headers: {}, userId: undefined } });
});

test('a frame of a later version is no word', () => {
  expect(heardWord({ frame: undefined })).toBeUndefined();
  expect(heardWord({ frame: { $case: 'ping', ping: { nonce: 7 } } })).toEqual({ word: 'ping', nonce: 7 });
});

test('words of the agent survive the wire', () => {
  const there = (word: Parameters<typeof agentFrame>[0]) => AgentFrame.decode(AgentFrame.encode(agentFrame(word)).finish()).frame;
  expect(there({ word: 'accepted', id: 'a' })).toEqual({ $case: 'accepted', accepted: { actionId: 'a' } });
  expect(there({ word: 'end', id: 'a', answer: { x: 1 } })).toMatchObject({ end: { result: { answer: { json: '{"x":1}' } } } });
  expect(there({ word: 'end', id: 'a', answer: undefined })).toMatchObject({ end: { result: { answer: { json: '' } } } });
  const error = new AxionError('UNAVAILABLE', 'away', { reason: 'ENGINE_UNREACHABLE', details: { n: 2 } });
  expect(there({ word: 'failed', id: 'a', error })).toMatchObject({ end: { result: { failure: { code: 'UNAVAILABLE', retryable: true, error: { code: 'ENGINE_UNREACHABLE', message: 'away', details: { n: '2' } } } } } });
  const line = { service: 'web', stream: 'stderr', at: '2026-01-02T03:04:05.123456789Z', text: 'é' } as const;
  expect(there({ word: 'part', id: 'a', sequence: 4, part: { lines: [line], dropped: 0 } })).toMatchObject({
    chunk: { actionId: 'a', sequence: 4, chunk: { logs: { lines: [{ serviceName: 'web', source: LogSource.STDERR, timestamp: Date.parse('2026-01-02T03:04:05.123Z') * 1000 + 456, text: Buffer.from('é') }] } } },
  });
});
