const DECIMAL = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,4}))?$/;
/** Go lets underscores separate digits. */
const SEPARATOR = /(?<=\d)_(?=\d)/g;
const FRACTION = /^([-+]?\d+)\/(\d+)$/;

/**
 * Billionths of a CPU for `"0.5"` (also `"1/4"`, as Docker reads rationals). The number has to be exact.
 * @throws Error in Docker's words.
 */
export const parseNanoCpus = (text: string): number => {
  const [numerator, denominator] = rational(text);
  const nano = numerator * 1_000_000_000n;
  if (nano % denominator !== 0n) throw new Error('value is too precise');
  return Number(nano / denominator);
};

const rational = (text: string): [numerator: bigint, denominator: bigint] => {
  const fraction = FRACTION.exec(text);
  if (fraction !== null && /[1-9]/.test(fraction[2] as string)) return [BigInt((fraction[1] as string).replace('+', '')), BigInt(fraction[2] as string)];
  const [, sign, whole = '', digits = '', exponent = '0'] = DECIMAL.exec(text.replace(SEPARATOR, '')) ?? [];
  if (whole + digits === '') throw new Error(`failed to parse ${text} as a rational number`);
  const value = BigInt(whole + digits) * (sign === '-' ? -1n : 1n);
  const power = Number(exponent) - digits.length;
  return power >= 0 ? [value * 10n ** BigInt(power), 1n] : [value, 10n ** BigInt(-power)];
};
