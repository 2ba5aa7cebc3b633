import { parseGoFloat } from './go-float.ts';

const MULTIPLIERS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };

/**
 * Bytes of a size such as `64m`, `1.5 GiB` or `512`: binary multiples, any case, an optional `b` or `ib` behind the letter.
 * @throws Error in the words of Docker's go-units.
 */
export const parseByteSize = (text: string): number => {
  const lastDigit = text.search(/[0-9. ][^0-9. ]*$/);
  if (lastDigit < 0) throw new Error(`invalid size: '${text}'`);
  const amount = text.slice(0, text[lastDigit] === ' ' ? lastDigit : lastDigit + 1);
  const suffix = text.slice(lastDigit + 1).toLowerCase();
  const size = parseGoFloat(amount);
  if (size < 0) throw new Error(`invalid size: '${text}'`);
  if (suffix === '' || suffix === 'b') return Math.trunc(size);
  const multiplier = /^[kmgtp](?:b|ib)?$/.test(suffix) ? MULTIPLIERS[suffix.charAt(0)] : undefined;
  if (multiplier === undefined) throw new Error(`invalid suffix: '${suffix}'`);
  return Math.trunc(size * multiplier);
};
