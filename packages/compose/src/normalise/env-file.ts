import type { Lookup } from '../interpolate/substitute.ts';

const SPACE = /\s/u;

/**
 * Variables of an env file in its order. No quotes, no interpolation: a value is everything behind the first `=`, trailing
 * blanks included. A name alone takes its value from the environment or is dropped.
 * @throws Error naming the file and the line's problem; values are not part of it.
 */
export const parseEnvFile = (path: string, bytes: Uint8Array, lookup: Lookup): readonly (readonly [name: string, value: string])[] => {
  const variables: (readonly [string, string])[] = [];
  decode(path, bytes).split('\n').forEach((raw) => {
    const line = raw.replace(/\r$/, '').replace(/^\s+/u, '');
    if (line === '' || line.startsWith('#')) return;
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    if (name === '') throw new Error(`invalid env file (${path}): no variable name on a line that starts with '='`);
    if (SPACE.test(name)) throw new Error(`invalid env file (${path}): variable '${name}' contains whitespaces`);
    const value = equals < 0 ? lookup(name) : line.slice(equals + 1);
    if (value !== undefined) variables.push([name, value]);
  });
  return variables;
};

const decode = (path: string, bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`invalid env file (${path}): invalid utf8 bytes`, { cause });
  }
};
