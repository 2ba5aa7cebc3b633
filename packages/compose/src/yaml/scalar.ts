import { Timestamp, type Value } from './value.ts';

/**
 * The meaning of an unquoted word, by the rules of Go's yaml.v3 (resolve.go), which are neither YAML 1.1 nor 1.2: `yes` is
 * a string, `0777` is octal, `1_000` is a number and `08` is a fraction.
 */
export const plainScalar = (text: string): Value => {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  if (first === 0x2e) return LEADING_DOT.test(text) ? finite(text) : text;
  if (!isDigit(first) && first !== 0x2b && first !== 0x2d) return text;
  return timestamp(text) ?? integer(text.replaceAll('_', '')) ?? fraction(text.replaceAll('_', '')) ?? text;
};

const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const LEADING_DOT = /^\.\d+(?:[eE][-+]?\d+)?$/;
const FRACTION = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9]\d*))$/;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Go's ParseFloat fails on what does not fit, which leaves the word a string. */
const finite = (text: string): Value => (Number.isFinite(Number(text)) ? Number(text) : text);

const fraction = (text: string): Value | undefined => (FRACTION.test(text) ? finite(text) : undefined);

const integer = (text: string): bigint | undefined => {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, octal, binary, decimal] = match;
  const digits = hex !== undefined ? `0x${hex}` : octal !== undefined ? `0o${octal}` : binary !== undefined ? `0b${binary}` : (decimal ?? '0');
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (value < INT64_MIN || value > UINT64_MAX || (sign === '+' && value >= 2n ** 63n)) return undefined;
  return value;
};

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?(Z|[-+]\d{2}:\d{2})?)?$/;

const timestamp = (text: string): Timestamp | undefined => {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, separator, hour, minute, second, fractionDigits, zone] = match;
  // A zone belongs to the T form and is required there; the form with a space has none.
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return undefined;
  const fields = [month, day, hour ?? '0', minute ?? '0', second ?? '0'].map(Number) as [number, number, number, number, number];
  const date = new Date(Date.UTC(Number(year), fields[0] - 1, fields[1]));
  if (Number(year) < 100) date.setUTCFullYear(Number(year));
  if (date.getUTCMonth() !== fields[0] - 1 || date.getUTCDate() !== fields[1] || fields[2] > 23 || fields[3] > 59 || fields[4] > 59) return undefined;
  const [mm, dd, hh, mi, ss] = fields.map((field) => String(field).padStart(2, '0'));
  const digits = (fractionDigits ?? '').replace(/0+$/, '');
  const offset = zone === undefined || zone === 'Z' ? '+0000 UTC' : `${zone.replace(':', '')} ${zone.replace(':', '')}`;
  return new Timestamp(`${year}-${mm}-${dd} ${hh}:${mi}:${ss}${digits === '' ? '' : `.${digits}`} ${offset}`);
};
