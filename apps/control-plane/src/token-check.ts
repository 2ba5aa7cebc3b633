import { createHash, timingSafeEqual } from 'node:crypto';
import { AxionError, type Secret } from '@axion/core';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares what an agent shows with the tokens that are good here, without telling by its timing how far it matched. */
export class TokenCheck {
  readonly #good: () => readonly Secret[];

  /** @param good asked at each call: tokens come and go */
  constructor(good: () => readonly Secret[]) {
    this.#good = good;
  }

  /** @throws {AxionError} `UNAUTHENTICATED` */
  check(shown: string | undefined): void {
    if (shown !== undefined && this.#good().some((token) => timingSafeEqual(digest(shown), digest(token.reveal())))) return;
    throw new AxionError('UNAUTHENTICATED', 'the token is not one of this control plane', { reason: 'UNKNOWN_TOKEN' });
  }

  /** As `check`, for the `authorization` metadata of a call. */
  checkBearer(authorization: string | undefined): void {
    this.check(authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length) : undefined);
  }
}
