import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import { MAX_COMMAND_BYTES, parseCommand } from './command-envelope.ts';
import { payloadOf } from './stored-command.ts';

const envelope = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  command_id: 'c-1',
  command_type: 'Scale',
  payload: { project_id: 'Shop', service_name: 'web', replicas: 3 },
  correlation_id: 'corr',
  timestamp: '2026-01-02T03:04:05Z',
  metadata: { user_id: 'u', retry_attempt: 2 },
  ...over,
});
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const asObject = { project_id: 'shop', service_name: 'web', replicas: 3 };

describe('a command is read whatever the form of its payload', () => {
  test.each([
    ['object', asObject],
    ['base64', Buffer.from(JSON.stringify(asObject)).toString('base64')],
    ['byte array', [...Buffer.from(JSON.stringify(asObject))]],
  ])('%s', (_form, payload) => {
    const command = parseCommand(bytes(envelope({ payload })));
    expect(command).toMatchObject({ commandId: 'c-1', executor: 'swarm', key: 'shop', projectId: 'shop', retryAttempt: 2, userId: 'u' });
    expect(payloadOf('Scale', command)).toEqual(asObject);
  });
});

test('unknown fields are ignored, the project id is folded, missing ids fall back', () => {
  const command = parseCommand(bytes(envelope({ novelty: 1, correlation_id: undefined })), { traceparent: '00-a-b-01' });
  expect(command).toMatchObject({ key: 'shop', correlationId: 'c-1', headers: { traceparent: '00-a-b-01' } });
});

test('a command without a project goes to the agent as a whole', () => {
  expect(parseCommand(bytes(envelope({ command_type: 'GetStatus', payload: {} }))).key).toBe('_agent');
  expect(parseCommand(bytes(envelope({ command_type: 'HealthCheck', payload: null }))).key).toBe('_agent');
  expect(parseCommand(bytes(envelope({ command_type: 'Update', payload: undefined }))).executor).toBe('updater');
});

test('variables become text', () => {
  const payload = { project_id: 'p', docker_stack_yml: 'services: {}', env_vars: { A: 1, B: true, C: 'x' } };
  const command = parseCommand(bytes(envelope({ command_type: 'Deploy', payload })));
  expect(payloadOf('Deploy', command)).toMatchObject({ env_vars: { A: '1', B: 'true', C: 'x' }, force_redeploy: false, registry_auth: [] });
});

test.each([
  ['not json', '{', 'NOT_JSON', 'not UTF-8 JSON'],
  ['not an object', '[]', 'INVALID_ENVELOPE', ''],
  ['no id', envelope({ command_id: undefined }), 'INVALID_ENVELOPE', 'command_id'],
  ['an id with spaces', envelope({ command_id: 'a b' }), 'INVALID_ENVELOPE', 'command_id'],
  ['no time', envelope({ timestamp: 'yesterday' }), 'INVALID_ENVELOPE', 'timestamp'],
  ['unknown type', envelope({ command_type: 'Explode' }), 'UNKNOWN_TYPE', '"Explode"'],
  ['bad project', envelope({ payload: { ...asObject, project_id: '../etc' } }), 'INVALID_PAYLOAD', 'payload.project_id'],
  ['bad number', envelope({ payload: { ...asObject, replicas: -1 } }), 'INVALID_PAYLOAD', 'payload.replicas'],
  ['missing field', envelope({ payload: { project_id: 'p' } }), 'INVALID_PAYLOAD', 'payload.service_name'],
  ['empty text', envelope({ command_type: 'Deploy', payload: { project_id: 'p', docker_stack_yml: '' } }), 'INVALID_PAYLOAD', 'payload.docker_stack_yml is empty'],
  ['nothing at all', 'null', 'INVALID_ENVELOPE', /^the message is not a JSON object$/],
  ['base64 of rubbish', envelope({ payload: '////' }), 'PAYLOAD_NOT_JSON', 'payload'],
  ['too large', ' '.repeat(MAX_COMMAND_BYTES + 1), 'TOO_LARGE', String(MAX_COMMAND_BYTES)],
])('%s is refused with its field', (_what, input, reason, mention) => {
  const parse = () => parseCommand(bytes(input));
  expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', reason }));
  expect(parse).toThrow(mention);
});

test('a refusal never repeats a value', () => {
  const payload = { project_id: 'p', docker_stack_yml: 'x', registry_auth: [{ server: 'r', username: 'u', password: 12345678 }] };
  expect(() => parseCommand(bytes(envelope({ command_type: 'Deploy', payload })))).toThrow(expect.not.objectContaining({ message: expect.stringContaining('12345678') }));
});

test('nothing but its own error comes out, whatever goes in', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), fc.object().map((o) => JSON.stringify({ ...envelope(), ...o }))), (text) => {
      try {
        parseCommand(bytes(text));
      } catch (error) {
        expect(error).toBeInstanceOf(AxionError);
      }
    }),
  );
});
