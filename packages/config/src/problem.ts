import { AxionError } from '@axion/core';
import { withoutUserinfo } from './url.ts';

const SECRET_NAME = /token|secret|passw|credential|private|(^|_)key$/i;
const MAX_SHOWN = 80;

/** Whether a key that the schema does not know is named like a secret, so that its value must not be printed. */
export const soundsSecret = (name: string): boolean => SECRET_NAME.test(name);

/** A value as an error may show it: short, without passwords in URLs. */
export const shown = (value: unknown): string => {
  const text = withoutUserinfo(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
};

/** How many letters must change to turn one word into the other (Levenshtein). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
};

/** The known word that was most likely meant, if any is close. */
export const closest = (given: string, known: readonly string[]): string | undefined => {
  if (given.length > 100) return undefined;
  // Two: letters that changed places.
  const limit = given.length <= 3 ? 1 : Math.max(2, Math.floor(given.length / 4));
  const ranked = known.map((word) => ({ word, steps: distance(given.toLowerCase(), word) })).sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best !== undefined && best.steps <= limit ? best.word : undefined;
};

/** `; did you mean "x"?`, or nothing. */
export const didYouMean = (word: string | undefined): string => (word === undefined ? '' : `; did you mean "${word}"?`);

/** The one error of a configuration that cannot be used; whoever runs the process exits with 78 on it. */
export const configError = (problems: readonly [string, ...string[]], cause?: unknown): AxionError =>
  new AxionError('INVALID_ARGUMENT', problems.length === 1 ? problems[0] : `${problems[0]} (and ${problems.length - 1} more; see "axion config check")`, {
    reason: 'CONFIG',
    details: { problems },
    ...(cause === undefined ? {} : { cause }),
  });

/** Whether an error means that the configuration must be changed. */
export const isConfigError = (error: unknown): error is AxionError => error instanceof AxionError && error.reason === 'CONFIG';
