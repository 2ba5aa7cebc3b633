import { AxionError } from '@axion/core';

const split = (text: string): readonly [string, string] => {
  const at = text.indexOf('=');
  if (at < 1) throw new AxionError('INVALID_ARGUMENT', `"${text.slice(0, 40)}" is not KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
};

/** `KEY=VALUE` arguments as variables; the later wins. */
export const variablesFrom = (assignments: readonly string[]): Record<string, string> => Object.fromEntries(assignments.map(split));

/** `key=value` arguments as payload fields; what reads as JSON (numbers, booleans, lists) is that, the rest is text. */
export const fieldsFrom = (assignments: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    assignments.map((assignment) => {
      const [key, text] = split(assignment);
      try {
        return [key, JSON.parse(text)];
      } catch {
        return [key, text];
      }
    }),
  );
