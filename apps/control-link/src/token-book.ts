import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isToken, TOKEN_ALLOWED } from '@axion/config';
import { AxionError, Secret } from '@axion/core';
import { replaceFile } from '@axion/service-kit';
import type { Logger } from '@axion/service-kit';

interface Stored {
  /** Of the configured token: another one there beats what is stored. */
  readonly configured: string;
  readonly token: string;
  /** While it is not known which of the two is good. */
  readonly other?: string;
}

export interface TokenBookOptions {
  readonly configured: Secret;
  /** Where a token that the control plane gave is kept, 0600. */
  readonly file: string;
  readonly log: Logger;
}

const REFUSALS: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'PERMISSION_DENIED']);
export const isRefusal = (error: unknown): boolean => error instanceof AxionError && REFUSALS.has(error.code);

/**
 * The token that calls are made with: the configured one, or the last that the control plane gave in its place.
 *
 * Invariants: a new token is on disk before it is shown to anybody; the former is forgotten only when a call with the new
 * one was answered, so whatever is cut short, one of the two kept is good, and a refusal turns to the other.
 */
export class TokenBook {
  readonly #options: TokenBookOptions;
  readonly #configured: string;
  #token: Secret;
  #other: Secret | undefined;
  #rotating = false;
  #written: Promise<void> = Promise.resolve();

  private constructor(options: TokenBookOptions) {
    this.#options = options;
    this.#token = options.configured;
    this.#configured = createHash('sha256').update(options.configured.reveal()).digest('hex');
  }

  static async open(options: TokenBookOptions): Promise<TokenBook> {
    const book = new TokenBook(options);
    const text = await readFile(options.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') options.log.error({ err: error, file: options.file }, 'the token that the control plane gave cannot be read; the configured one is used');
      return undefined;
    });
    if (text !== undefined) book.#take(text);
    return book;
  }

  get current(): Secret {
    return this.#token;
  }

  /**
   * Puts another token in the place of the present one, once `prove` has made a call with it.
   *
   * @throws {AxionError} `INVALID_ARGUMENT`, `ABORTED` while another rotation is under way, or what `prove` rejects with; the former token is then used on
   */
  async rotate(given: unknown, prove: (token: Secret) => Promise<void>): Promise<void> {
    if (!isToken(given)) throw new AxionError('INVALID_ARGUMENT', `a token takes ${TOKEN_ALLOWED}`, { reason: 'INVALID_ACTION', details: { field: 'token' } });
    if (this.#rotating) throw new AxionError('ABORTED', 'another rotation of the token is under way', { reason: 'ROTATING', retryable: true });
    const next = new Secret(given);
    this.#rotating = true;
    try {
      await this.#keep(this.#token, next);
      await prove(next);
      await this.#keep(next, undefined);
    } catch (error) {
      // Without an answer nobody knows which is good: both stay until one of them is refused or answered.
      if (isRefusal(error)) await this.#keep(this.#token, undefined);
      throw error;
    } finally {
      this.#rotating = false;
    }
  }

  /** A call with the present token was answered. */
  answered(): void {
    if (this.#rotating || this.#other === undefined) return;
    this.#later(this.#token, undefined);
  }

  /** The control plane refused the present token. */
  refused(): void {
    if (this.#rotating || this.#other === undefined) return;
    this.#options.log.warn('the control plane refuses the token in use; the other one of an unfinished rotation is tried');
    this.#later(this.#other, this.#token);
  }

  #later(token: Secret, other: Secret | undefined): void {
    this.#keep(token, other).catch((error: unknown) => this.#options.log.error({ err: error, file: this.#options.file }, 'the token could not be written'));
  }

  /** What is used changes after what is on disk has. */
  #keep(token: Secret, other: Secret | undefined): Promise<void> {
    const stored: Stored = { configured: this.#configured, token: token.reveal(), ...(other === undefined ? {} : { other: other.reveal() }) };
    const { file } = this.#options;
    const turn = this.#written.then(async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await replaceFile(file, JSON.stringify(stored));
    });
    this.#written = turn.catch(() => undefined);
    return turn.then(() => {
      this.#token = token;
      this.#other = other;
    });
  }

  #take(text: string): void {
    try {
      const { configured, token, other } = JSON.parse(text) as Partial<Stored>;
      if (configured !== this.#configured || !isToken(token)) return;
      this.#token = new Secret(token);
      this.#other = isToken(other) ? new Secret(other) : undefined;
    } catch {
      this.#options.log.error({ file: this.#options.file }, 'the token that the control plane gave is damaged; the configured one is used');
    }
  }
}
