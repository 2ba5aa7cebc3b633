/** Lists are appended, without looking for duplicates. Nothing appended to nothing stays nothing. */
export const append = <T>(base: readonly T[] | undefined, override: readonly T[] | undefined): readonly T[] | undefined =>
  base === undefined ? (override?.length === 0 ? undefined : override) : override === undefined ? base : [...base, ...override];

/** A later 0 does not replace a value. */
export const nonZero = (base: number | undefined, override: number | undefined): number | undefined => override || (base ?? override);

/** What only one file has is taken; what both have is merged. */
export const joined = <T>(base: T | undefined, override: T | undefined, merge: (base: T, override: T) => T): T | undefined =>
  base === undefined ? override : override === undefined ? base : merge(base, override);
