import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AxionError } from '@axion/core';
import canonicalize from 'canonicalize';

/** `SubjectPublicKeyInfo` of an Ed25519 key up to the key itself (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * The keys of `[security].command_public_keys`.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`, reason `CONFIG`
 */
export const commandKeys = (keys: readonly string[]): readonly KeyObject[] => keys.map(keyOf);

const keyOf = (text: string): KeyObject => {
  const bytes = Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
  const spki = bytes.length === RAW_KEY_BYTES ? Buffer.concat([SPKI_PREFIX, bytes]) : bytes;
  if (!spki.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX) || spki.length !== SPKI_PREFIX.length + RAW_KEY_BYTES) {
    throw new AxionError('INVALID_ARGUMENT', 'security.command_public_keys: an entry is not an Ed25519 public key (32 bytes, or its SubjectPublicKeyInfo, in base64)', {
      reason: 'CONFIG',
    });
  }
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
};

const refuse = (message: string): AxionError => new AxionError('PERMISSION_DENIED', message, { reason: 'INVALID_SIGNATURE' });

/** The bytes that are signed: the envelope without `signature`, as RFC 8785 (JCS) writes it, in UTF-8. */
export const signedBytes = (envelope: Readonly<Record<string, unknown>>): Buffer => {
  const { signature: _, ...rest } = envelope;
  return Buffer.from(canonicalize(rest) ?? '', 'utf8');
};

/**
 * Lets only commands pass that one of the configured keys has signed, so that who owns the broker does not own the servers.
 * An envelope may name the agent that it is for; one for another agent is refused, because the broker's owner could
 * otherwise send a signed command to an agent it was not meant for.
 */
export class SignatureCheck {
  readonly #keys: readonly KeyObject[];
  readonly #agentId: string;

  /** @param keys none: nothing is checked */
  constructor(keys: readonly KeyObject[], agentId: string) {
    this.#keys = keys;
    this.#agentId = agentId;
  }

  /**
   * @param value the record's value
   * @throws {AxionError} `PERMISSION_DENIED`, reason `INVALID_SIGNATURE`; what is not JSON is left to the parser
   */
  check(value: Uint8Array): void {
    if (this.#keys.length === 0) return;
    let envelope: Record<string, unknown>;
    try {
      envelope = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)) as Record<string, unknown>;
    } catch {
      return;
    }
    const given = typeof envelope === 'object' && envelope !== null ? envelope['signature'] : undefined;
    if (typeof given !== 'string') throw refuse('the command is not signed, and this agent takes signed commands only');
    if (envelope['agent_id'] !== undefined && envelope['agent_id'] !== this.#agentId) throw refuse('the command was signed for another agent');
    const signature = Buffer.from(given, 'base64');
    const bytes = this.#canonical(envelope);
    if (signature.length !== SIGNATURE_BYTES || !this.#keys.some((key) => verify(null, bytes, key, signature))) {
      throw refuse('none of the configured keys has signed this command');
    }
  }

  #canonical(envelope: Readonly<Record<string, unknown>>): Buffer {
    try {
      return signedBytes(envelope);
    } catch {
      throw refuse('the command has no canonical form (RFC 8785), so its signature cannot be checked');
    }
  }
}
