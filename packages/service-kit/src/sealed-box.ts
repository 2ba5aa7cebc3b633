import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AxionError } from '@axion/core';

const VERSION = 2;
const IV = 12;
const TAG = 16;

/**
 * Values at rest: JSON, compressed, under AES-256-GCM. The label (what the value belongs to) is authenticated with it, so
 * a value that was moved elsewhere does not open.
 */
export class SealedBox {
  readonly #key: Buffer;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Says which key this is, without telling anything of it. */
  get fingerprint(): string {
    return createHmac('sha256', this.#key).update('fingerprint').digest('hex').slice(0, 16);
  }

  /** Base64 text. */
  seal(value: unknown, label: string): string {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(label));
    const text = Buffer.concat([cipher.update(deflateRawSync(JSON.stringify(value))), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), text]).toString('base64');
  }

  /** @throws {AxionError} `DATA_LOSS` when it was sealed with another key or is damaged */
  open(sealed: string, label: string): unknown {
    try {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes[0] !== VERSION) throw new Error(`version ${bytes[0]}`);
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(1, 1 + IV), { authTagLength: TAG }).setAAD(Buffer.from(label));
      decipher.setAuthTag(bytes.subarray(1 + IV, 1 + IV + TAG));
      const text = Buffer.concat([decipher.update(bytes.subarray(1 + IV + TAG)), decipher.final()]);
      return JSON.parse(inflateRawSync(text).toString('utf8'));
    } catch (error) {
      throw new AxionError('DATA_LOSS', `what is stored for ${label} cannot be opened: it was sealed with another key, or is damaged`, { reason: 'SEAL_BROKEN', cause: error });
    }
  }
}
