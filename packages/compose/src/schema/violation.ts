import { dotted, type Path } from '../yaml/value.ts';

/** One rule that a value breaks. */
export interface Violation {
  readonly path: Path;
  readonly kind: 'type' | 'one-of' | 'other';
  /** What the value is not, e.g. `must be a string`. */
  readonly text: string;
}

const MISSING: Violation = { path: [], kind: 'other', text: 'is not valid' };

/** How many names a place has; a key with dots in it counts as several, and the root as one. */
const depth = ({ path }: Violation): number => Math.max(1, dotted(path).split('.').length);

/**
 * The one violation worth reporting out of all: the deepest; among equally deep ones a wrong type, else the first. A
 * "none of the forms fits" is explained by what follows it, which is what the nearest form lacks.
 */
export const mostSpecific = (violations: readonly Violation[]): Violation => {
  let best = 0;
  violations.forEach((violation, at) => {
    const winner = violations[best] ?? MISSING;
    if (depth(violation) > depth(winner) || (depth(violation) === depth(winner) && violation.kind === 'type' && winner.kind !== 'type')) best = at;
  });
  const chosen = violations[best] ?? MISSING;
  const explanation = violations[best + 1];
  return chosen.kind === 'one-of' && explanation !== undefined ? { ...chosen, text: explanation.text } : chosen;
};
