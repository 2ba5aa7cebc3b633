import { byBytes } from '../normalise/byte-order.ts';

const ALL = 'ALL';

/**
 * Capabilities to add and to drop, in the engine's names: upper case with `CAP_`, each once, sorted. `ALL` swallows the others of
 * its list, `RESET` is dropped, and what is in both lists is only added.
 */
export const effectiveCapabilities = (add: readonly string[] = [], drop: readonly string[] = []): { add: readonly string[]; drop: readonly string[] } => {
  const [adds, drops] = [normalised(add), normalised(drop)];
  return { add: [...adds].sort(byBytes), drop: [...drops].filter((name) => !adds.has(name)).sort(byBytes) };
};

const normalised = (names: readonly string[]): Set<string> => {
  const known = names
    .map((name) => name.trim().toUpperCase())
    .map((name) => (name === ALL || name === 'RESET' || name.startsWith('CAP_') ? name : `CAP_${name}`))
    .filter((name) => name !== 'RESET');
  return new Set(known.includes(ALL) ? [ALL] : known);
};
