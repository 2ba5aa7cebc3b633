import type { Config } from '@axion/config';
import { Secret } from '@axion/core';

/** Shorter texts would be found in innocent words. */
const MIN_LENGTH = 6;

/**
 * Takes the configured secrets out of finished log lines and out of messages of health: the last defence, for texts that a
 * library or a peer put together. Looks for them as they are, and as they stand inside JSON.
 */
export const scrubber = (config: Config): ((line: string) => string) => {
  const secrets = Object.values(config)
    .flatMap((section) => Object.values<unknown>(section))
    .filter((value) => value instanceof Secret)
    .map((secret) => secret.reveal())
    .filter((text) => text.length >= MIN_LENGTH)
    .flatMap((text) => [...new Set([text, JSON.stringify(text).slice(1, -1)])])
    // One may begin as another does.
    .toSorted((a, b) => b.length - a.length);
  return (line) => secrets.reduce((clean, secret) => (clean.includes(secret) ? clean.replaceAll(secret, '[redacted]') : clean), line);
};
