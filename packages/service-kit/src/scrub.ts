import type { Config } from '@axion/config';
import { Secret } from '@axion/core';

/** Shorter texts would be found in innocent words. */
const MIN_LENGTH = 6;

/**
 * Takes the configured secrets out of finished log lines: the last defence, for texts that a library put together.
 * Looks for them as they stand inside JSON.
 */
export const scrubber = (config: Config): ((line: string) => string) => {
  const secrets = Object.values(config)
    .flatMap((section) => Object.values<unknown>(section))
    .filter((value) => value instanceof Secret)
    .map((secret) => JSON.stringify(secret.reveal()).slice(1, -1))
    .filter((text) => text.length >= MIN_LENGTH);
  return (line) => secrets.reduce((clean, secret) => (clean.includes(secret) ? clean.replaceAll(secret, '[redacted]') : clean), line);
};
