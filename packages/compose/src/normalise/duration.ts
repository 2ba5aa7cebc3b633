const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const PART = /(\d*)(?:\.(\d*))?([^\d.]+)/y;
const MAX = 2n ** 63n - 1n;

/**
 * Nanoseconds of a duration as Go's `time.ParseDuration` reads it (`1h2m3s`, `1.5s`, `-5s`, `0`), or undefined.
 * A unit is required: `10` and `1d` are no durations.
 */
export const parseDuration = (text: string): bigint | undefined => {
  const negative = text.startsWith('-');
  const rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return undefined;
  let total = 0n;
  let at = 0;
  while (at < rest.length) {
    PART.lastIndex = at;
    const match = PART.exec(rest);
    const unit = UNITS.get(match?.[3] ?? '');
    if (match === null || unit === undefined) return undefined;
    const [all, whole = '', fraction = ''] = match;
    if (whole === '' && fraction === '') return undefined;
    total += BigInt(whole === '' ? '0' : whole) * unit + (fraction === '' ? 0n : (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length));
    if (total > MAX) return undefined;
    at += all.length;
  }
  return negative ? -total : total;
};
