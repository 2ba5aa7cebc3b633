import type { Lookup } from '../interpolate/substitute.ts';
import type { ValueMap, Value } from '../yaml/value.ts';
import { goText } from '../yaml/go-text.ts';
import { isMap } from '../yaml/value.ts';

/** A name with `null` has no value of its own. */
export type Environment = Readonly<Record<string, string | null>>;

/** `environment` in either form: a mapping, or a list of `NAME=value` and `NAME`. */
export const environmentOf = (value: ValueMap | readonly Value[]): Environment => {
  if (isMap(value)) return Object.fromEntries([...value].map(([name, item]) => [name, item === null ? null : goText(item)]));
  return Object.fromEntries(
    value.map((item) => {
      const entry = goText(item);
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, null] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
};

/**
 * Environment of a service: its own variables over those of its files. A variable without value, or with an empty one, takes
 * the value of the process environment if that has it.
 */
export const resolveEnvironment = (fromFiles: readonly (readonly [string, string])[], own: Environment, lookup: Lookup): Environment => {
  const filled = ([name, value]: readonly [string, string | null]): [string, string | null] => [name, value === null || value === '' ? (lookup(name) ?? value) : value];
  // A file's own order matters only for repeated names, where the last one counts.
  return Object.fromEntries([...Object.entries(Object.fromEntries(fromFiles)).map(filled), ...Object.entries(own).map(filled)]);
};
