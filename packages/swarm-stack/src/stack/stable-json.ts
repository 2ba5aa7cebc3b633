import { createHash } from 'node:crypto';

/** JSON with sorted keys: equal values give equal texts. */
export const stableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

/** The first `length` hexadecimal digits of the SHA-256 of a value's stable JSON. */
export const contentHash = (value: unknown, length: number): string => createHash('sha256').update(stableJson(value)).digest('hex').slice(0, length);
