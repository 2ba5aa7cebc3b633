import type { Kind } from './key.ts';

/** Plain decimal, or hexadecimal, octal and binary as TOML writes them. */
const NUMBER = /^[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)$/;

const entries = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `a=1,b=2` as a table; what has no `=` is left as it is, for the check to refuse. */
const table = (text: string): unknown => {
  const pairs = entries(text).map((entry) => entry.split(/=(.*)/s).slice(0, 2));
  return pairs.every((pair) => pair.length === 2 && pair[0] !== '') ? Object.fromEntries(pairs) : text;
};

const flags: Readonly<Record<string, boolean>> = { true: true, false: false };

const READERS: Readonly<Record<Kind, (text: string) => unknown>> = {
  text: (text) => text,
  flag: (text) => (Object.hasOwn(flags, text) ? flags[text] : text),
  number: (text) => (NUMBER.test(text) ? Number(text) : text),
  list: entries,
  map: table,
};

/**
 * The text of a variable as a value of this kind. What does not look like one stays a text, which the key's own check
 * then refuses with what is allowed.
 */
export const fromText = (kind: Kind, text: string): unknown => READERS[kind](text);
