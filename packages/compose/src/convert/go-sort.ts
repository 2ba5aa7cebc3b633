/** Placeholder order for long lists; see below. */
export const goSort = <T>(items: readonly T[], less: (a: T, b: T) => boolean): readonly T[] => [...items].sort((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0));
