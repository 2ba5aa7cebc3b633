/** Go sorts strings by their bytes; JavaScript by UTF-16 units, which differs beyond the basic plane. */
export const byBytes = (a: string, b: string): number => {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
};

const SURROGATE = /[\ud800-\udfff]/;

/** A copy in which the entries of an object come in byte order of their keys. */
export const sortedEntries = <T>(record: Readonly<Record<string, T>>): [string, T][] => Object.entries(record).sort(([a], [b]) => byBytes(a, b));
