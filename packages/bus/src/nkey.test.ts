import { nkeys } from 'nats';
import { expect, test } from 'vitest';
import { newUserSeed, publicKeyOf, signChallenge } from './nkey.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("reads the seeds of NATS's own library and says the same public key", () => {
  for (let round = 0; round < 5; round += 1) {
    const theirs = nkeys.createUser();
    expect(publicKeyOf(new TextDecoder().decode(theirs.getSeed()))).toBe(theirs.getPublicKey());
  }
});

test("makes seeds that NATS's own library reads, and signatures that it verifies", () => {
  for (let round = 0; round < 5; round += 1) {
    const seed = newUserSeed();
    const theirs = nkeys.fromSeed(bytes(seed));
    const { nkey, sig } = signChallenge(seed, `nonce ${round}`);
    expect(nkey).toBe(theirs.getPublicKey());
    expect(nkeys.fromPublic(nkey).verify(bytes(`nonce ${round}`), Buffer.from(sig, 'base64url'))).toBe(true);
  }
});

test.each([
  ['cut short', (seed: string) => seed.slice(0, -4)],
  ['with a letter changed', (seed: string) => `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`],
  ['in another alphabet', (seed: string) => seed.toLowerCase()],
  ['an account instead of a user', () => new TextDecoder().decode(nkeys.createAccount().getSeed())],
  ['nothing', () => ''],
])('refuses a seed %s, without repeating it', (_, spoil) => {
  const seed = spoil(newUserSeed());
  expect(() => publicKeyOf(seed)).toThrow(/^((?!SU).)*$/);
});
