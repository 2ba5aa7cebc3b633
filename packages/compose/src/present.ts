/** `T` with the fields that may be undefined left out instead. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops fields that are undefined: absent and undefined are different things on the wire and in comparisons. */
export const present = <T extends object>(fields: T): Present<T> => {
  const kept = { ...fields };
  for (const key of Object.keys(kept) as (keyof T)[]) if (kept[key] === undefined) delete kept[key];
  return kept;
};
