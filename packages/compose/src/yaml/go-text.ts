import { Timestamp, type Value } from './value.ts';

/**
 * A value as Go's `fmt.Sprint` prints it: how numbers in environments, labels and options become strings.
 * Fractions (`1000000.0` is one, `1000000` is none) take the shortest form, with an exponent below 1e-4 and from 1e6 on.
 */
export const goText = (value: Value): string => {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return goFloat(value);
  if (value instanceof Timestamp) return value.text;
  if (value instanceof Map) {
    const entries = [...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => `${key}:${goText(item)}`);
    return `map[${entries.join(' ')}]`;
  }
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  return typeof value === 'object' ? '' : String(value);
};

const goFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
  // In this range JavaScript prints plainly too: it switches to an exponent only below 1e-6 and from 1e21 on.
  if (exponent >= -4 && exponent < 6) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
};

