import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * Keys of users in NATS's text form: base 32 of a role, an Ed25519 key and a checksum. Node signs with OpenSSL, so the
 * JavaScript of NATS's own library for this stays out of every process.
 * https://docs.nats.io/using-nats/developer/connecting/nkey
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const USER = 20 << 3;
const SEED = 18 << 3;
const KEY_BYTES = 32;
/** What precedes the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** CRC-16/XMODEM, low byte first. */
const checksum = (bytes: Uint8Array): Uint8Array => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return Uint8Array.of(crc & 0xff, crc >> 8);
};

const encode = (...parts: readonly Uint8Array[]): string => {
  const body = Buffer.concat(parts);
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of Buffer.concat([body, checksum(body)])) {
    value = ((value << 8) | byte) & 0x1fff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
};

const decode = (text: string): Uint8Array => {
  const bytes: number[] = [];
  let value = 0;
  let bits = 0;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw new Error('it holds a letter that no key has');
    value = ((value << 5) | digit) & 0x1fff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  const body = Uint8Array.from(bytes.slice(0, -2));
  if (Buffer.compare(checksum(body), Uint8Array.from(bytes.slice(-2))) !== 0) throw new Error('its checksum does not fit');
  return body;
};

const seedPrefix = Uint8Array.of(SEED | (USER >> 5), (USER & 31) << 3);

const privateKey = (seed: string): KeyObject => {
  const raw = decode(seed);
  if (raw.length !== seedPrefix.length + KEY_BYTES || raw[0] !== seedPrefix[0] || raw[1] !== seedPrefix[1]) throw new Error("it is not a user's seed");
  return createPrivateKey({ key: Buffer.concat([PKCS8, raw.subarray(seedPrefix.length)]), format: 'der', type: 'pkcs8' });
};

const publicOf = (key: KeyObject): string => encode(Uint8Array.of(USER), Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url'));

/** A new user's seed, the secret half. */
export const newUserSeed = (): string => {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  return encode(seedPrefix, Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
};

/**
 * The public half of a user's seed.
 *
 * @throws {Error} when the text is not a user's seed; it never holds the text
 */
export const publicKeyOf = (seed: string): string => publicOf(privateKey(seed));

/** Answers the server's challenge as the user of `seed`. */
export const signChallenge = (seed: string, challenge: string): { readonly nkey: string; readonly sig: string } => {
  const key = privateKey(seed);
  return { nkey: publicOf(key), sig: sign(undefined, Buffer.from(challenge), key).toString('base64url') };
};
