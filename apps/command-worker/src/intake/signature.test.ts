import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { commandKeys, SignatureCheck, signedBytes } from './signature.ts';

const pair = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
const raw = spki.subarray(-32).toString('base64');

const envelope = { timestamp: '2026-01-01T00:00:00Z', command_id: 'c-1', command_type: 'Stop', payload: { project_id: 'shop', '10': 1, '9': 1.0 } };
const signed = (over: Record<string, unknown> = {}, key = pair.privateKey): Record<string, unknown> => {
  const body = { ...envelope, ...over };
  return { ...body, signature: sign(null, signedBytes(body), key).toString('base64') };
};
const check = (value: unknown, keys: string[] = [raw]): void => new SignatureCheck(commandKeys(keys), 'agent-1').check(Buffer.from(JSON.stringify(value)));

test('the canonical form sorts names by code unit at every level and leaves the signature out', () => {
  expect(signedBytes({ ...envelope, signature: 'x' }).toString()).toBe(
    '{"command_id":"c-1","command_type":"Stop","payload":{"10":1,"9":1,"project_id":"shop"},"timestamp":"2026-01-01T00:00:00Z"}',
  );
});

test.each([
  ['a raw key', [raw]],
  ['its SubjectPublicKeyInfo', [spki.toString('base64')]],
  ['PEM', [pair.publicKey.export({ format: 'pem', type: 'spki' })]],
  ['one of several', [stranger.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), raw]],
])('a signed command passes with %s', (_what, keys) => expect(() => check(signed(), keys)).not.toThrow());

test('the order of fields and spaces do not matter', () => {
  const { signature } = signed();
  const { payload, ...rest } = envelope;
  expect(() => new SignatureCheck(commandKeys([raw]), 'a').check(Buffer.from(JSON.stringify({ signature, payload, ...rest }, null, 2)))).not.toThrow();
});

describe('refused', () => {
  test.each([
    ['unsigned', envelope],
    ['signed by a stranger', signed({}, stranger.privateKey)],
    ['changed after signing', { ...signed(), command_id: 'c-2' }],
    ['with a field added', { ...signed(), expires_at: '2030-01-01T00:00:00Z' }],
    ['with a cut signature', { ...signed(), signature: 'AAAA' }],
    ['for another agent', signed({ agent_id: 'agent-2' })],
    ['with a lone surrogate', { ...envelope, correlation_id: '\ud800', signature: 'AAAA' }],
    ['null', null],
  ])('%s', (_what, value) => {
    expect(() => check(value)).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED', reason: 'INVALID_SIGNATURE' }));
  });
});

test('without keys nothing is checked; what is not JSON is the parser’s to refuse', () => {
  expect(() => check(envelope, [])).not.toThrow();
  expect(() => new SignatureCheck(commandKeys([raw]), 'a').check(Buffer.from('{'))).not.toThrow();
});

test('a key that is none is a configuration error that does not repeat it', () => {
  expect(() => commandKeys(['c2VjcmV0'])).toThrow(expect.objectContaining({ reason: 'CONFIG', message: expect.not.stringContaining('c2VjcmV0') }));
});
