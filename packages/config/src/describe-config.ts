import { Secret } from '@axion/core';
import type { LoadedConfig } from './load-config.ts';
import { type KeyPath, KEYS } from './schema.ts';
import type { Source } from './setting.ts';
import { withoutUserinfo } from './url.ts';

/** One line of `axion config check`. */
export interface ConfigRow {
  readonly key: KeyPath;
  /** The effective value as JSON has it, `null` when empty; a secret is `[redacted]`. */
  readonly value: unknown;
  /** The same for people. */
  readonly text: string;
  readonly source: Source;
}

const redacted = (value: unknown): unknown => {
  if (value instanceof Secret) return value.toString();
  return typeof value === 'string' ? withoutUserinfo(value) : (value ?? null);
};

/** Every key with its effective value, secrets redacted, and where it came from. */
export const describeConfig = ({ config, sources }: LoadedConfig): readonly ConfigRow[] =>
  KEYS.map(({ path, section, name }) => {
    const value = redacted((config[section] as Readonly<Record<string, unknown>>)[name]);
    return { key: path, value, text: value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value), source: sources[path] };
  });
