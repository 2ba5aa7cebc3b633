import { fromCLibrary } from './c-library.ts';

/** How a process returns memory that it does not need to the system. */
export interface OwnMemory {
  /** All that can be returned: some 50 ms. */
  readonly collect: () => void;
  /** What costs next to nothing to return: some milliseconds after a burst, a tenth of one otherwise. */
  readonly trim: () => void;
}

/**
 * glibc's malloc_trim(3), which returns the free pages between blocks in use; by itself glibc keeps them for good, and the
 * start of a component leaves megabytes in such holes. Other C libraries have no such function.
 */
const allocatorTrim = (): (() => void) | undefined => {
  const trim = fromCLibrary({ malloc_trim: { arguments: ['u64'], return: 'i32' } })?.malloc_trim;
  return trim && (() => void trim(0n));
};

/** This process's, or `undefined` where Node was started without `--expose-gc`: it shall return nothing then. */
export const ownMemory = (): OwnMemory | undefined => {
  const { gc } = globalThis;
  if (gc === undefined) return undefined;
  // Looked up at the first use, which is after the start.
  let known: { readonly trim: (() => void) | undefined } | undefined;
  const trim = (): void => {
    known ??= { trim: allocatorTrim() };
    known.trim?.();
  };
  const collect = (): void => {
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    trim();
  };
  return { collect, trim };
};
