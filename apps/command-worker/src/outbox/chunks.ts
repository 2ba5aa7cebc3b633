import type { OutgoingRecord } from '@axion/kafka';

/** Splits `items`, in order, into runs of at most `most` characters of value; a larger one stands alone. */
export const chunks = <T extends OutgoingRecord>(items: readonly T[], most: number): readonly (readonly T[])[] => {
  const runs: T[][] = [];
  let size = Infinity;
  for (const item of items) {
    const own = item.value.length;
    if (size + own > most) {
      runs.push([]);
      size = 0;
    }
    runs.at(-1)!.push(item);
    size += own;
  }
  return runs;
};
