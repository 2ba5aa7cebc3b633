import { posix } from 'node:path';
import { Secret } from '@axion/core';
import * as v from 'valibot';

/** What a default may depend on: the machine, the build and the keys before it. */
export interface Facts {
  readonly env: NodeJS.ProcessEnv;
  readonly hostname: string;
  /** The version of this build. */
  readonly version: string;
  /** The value of a text key that stands earlier in the schema, e.g. `agent.data_dir`. */
  readonly text: (path: string) => string;
}

/** A value that the machine's environment offers for a key that nobody set, e.g. `$DOCKER_HOST`. */
export interface Ambient {
  readonly text: string;
  /** The variable it came from. */
  readonly name: string;
}

/** How the text of an environment variable becomes a value. */
export type Kind = 'text' | 'flag' | 'number' | 'list' | 'map';

/** One configuration key as data: what it takes, what it is when absent, and what people should know of it. */
export interface Key<T> {
  readonly kind: Kind;
  readonly schema: v.GenericSchema<unknown, T>;
  /** In the form a file would give it; `undefined`: the key is empty. */
  readonly fallback: (facts: Facts) => unknown;
  /** The default in words, as the reference prints it. */
  readonly fallbackText: string;
  readonly ambient?: (facts: Facts) => Ambient | undefined;
  /** What a person may write, in words. */
  readonly allowed: string;
  readonly about: string;
  readonly secret: boolean;
}

/** What every key says of itself. A default that is computed has its words beside it. */
interface About<T> {
  readonly about: string;
  readonly default: T;
}
interface Derived {
  readonly about: string;
  readonly derive: (facts: Facts) => string;
  readonly defaultText: string;
  readonly ambient?: (facts: Facts) => Ambient | undefined;
}
interface Range {
  readonly min: number;
  readonly max: number;
}

const plain = <T>(kind: Kind, schema: v.GenericSchema<unknown, T>, allowed: string, given: About<unknown>): Key<T> => ({
  kind,
  schema,
  allowed,
  about: given.about,
  fallback: () => given.default,
  fallbackText: given.default === undefined ? '' : JSON.stringify(given.default),
  secret: false,
});

const nonEmpty = v.pipe(v.string(), v.nonEmpty());

/** A text that is never empty. */
export const text = (given: About<string> | Derived, schema: v.GenericSchema<unknown, string> = nonEmpty, allowed = 'a text'): Key<string> =>
  'derive' in given
    ? {
        kind: 'text',
        schema,
        allowed,
        about: given.about,
        fallback: given.derive,
        fallbackText: given.defaultText,
        secret: false,
        ...(given.ambient === undefined ? {} : { ambient: given.ambient }),
      }
    : plain('text', schema, allowed, given);

const PATH = 'an absolute path without "..", of letters, digits, "/", ".", "_", "-", "+", "@" and ","';
const PATH_TEXT = /^\/[\p{L}\p{N}/._+@,-]*$/u;
// It stands in units, in the service manager's lists and in scripts, which all read blanks, quotes, "%" and "$" their own way.
const path = v.pipe(
  v.string(),
  v.regex(PATH_TEXT),
  v.check((given) => !given.split('/').includes('..')),
  v.transform((given) => posix.normalize(given).replace(/(?<=.)\/$/, '')),
);

/** A folder by its absolute path, which also stands in units; comes without a slash at its end. */
export const folder = (given: About<string> | Derived): Key<string> => text(given, path, PATH);

/** A file by its absolute path, or nothing. */
export const optionalFile = (about: string): Key<string | undefined> =>
  plain('text', v.pipe(v.optional(v.union([v.literal(''), path])), v.transform((given) => given || undefined)), `${PATH}, or empty`, { about, default: undefined });

/** A text that may be left out; the empty text means the same. */
export const optionalText = (about: string, allowed = 'a text, or empty', pattern = /^/): Key<string | undefined> =>
  plain('text', v.pipe(v.optional(v.pipe(v.string(), v.regex(pattern))), v.transform((given) => given || undefined)), allowed, { about, default: undefined });

/** What a secret may be made of. A newline at its end is cut: files and pipes leave one. */
interface SecretShape {
  readonly pattern: RegExp;
  readonly allowed: string;
}
const ONE_LINE: SecretShape = { pattern: /^[^\p{Cc}]+$/u, allowed: 'one line of text, or empty' };

const newlineAtEnd = /\r?\n$/;

/** A text that must not be seen; it may be left out. */
export const secret = (about: string, { shape = ONE_LINE, ambient }: { readonly shape?: SecretShape; readonly ambient?: (facts: Facts) => Ambient | undefined } = {}): Key<Secret | undefined> => ({
  ...plain(
    'text',
    v.pipe(
      v.optional(v.string(), ''),
      v.transform((given) => given.replace(newlineAtEnd, '')),
      v.check((given) => given === '' || shape.pattern.test(given)),
      v.transform((given) => (given === '' ? undefined : new Secret(given))),
    ),
    shape.allowed,
    { about, default: undefined },
  ),
  secret: true,
  ...(ambient === undefined ? {} : { ambient }),
});

/** One of a few words. */
export const choice = <const C extends readonly string[]>(choices: C, given: About<C[number]>): Key<C[number]> =>
  plain('text', v.picklist(choices), `one of ${choices.map((word) => JSON.stringify(word)).join(', ')}`, given);

/** One of a few words, or nothing. */
export const optionalChoice = <const C extends readonly string[]>(choices: C, about: string): Key<C[number] | undefined> =>
  plain(
    'text',
    v.pipe(v.optional(v.union([v.literal(''), v.picklist(choices)])), v.transform((given) => (given ? given : undefined))),
    `one of ${choices.map((word) => JSON.stringify(word)).join(', ')}, or empty`,
    { about, default: undefined },
  );

export const flag = (given: About<boolean>): Key<boolean> => plain('flag', v.boolean(), 'true or false', given);

export const integer = (given: About<number> & Range & { readonly unit?: string }): Key<number> =>
  plain(
    'number',
    v.pipe(v.number(), v.integer(), v.minValue(given.min), v.maxValue(given.max)),
    `a whole number from ${given.min} to ${given.max}${given.unit === undefined ? '' : ` (${given.unit})`}`,
    given,
  );

/** A duration in seconds; fractions are fine. */
export const seconds = (given: About<number> & Range): Key<number> =>
  plain('number', v.pipe(v.number(), v.finite(), v.minValue(given.min), v.maxValue(given.max)), `seconds, ${given.min} to ${given.max}`, given);

/** File permissions, written `0o600`. */
export const fileMode = (given: About<number>): Key<number> => ({
  ...plain('number', v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777)), 'permissions in octal, 0o000 to 0o777, e.g. 0o600', given),
  fallbackText: `0o${given.default.toString(8)}`,
});

export const list = (given: About<readonly string[]>, item: v.GenericSchema<unknown, string> = nonEmpty, allowed = 'a list of texts'): Key<readonly string[]> =>
  plain('list', v.array(item), allowed, given);

/** A table of texts. */
export const map = (given: About<Readonly<Record<string, string>>>): Key<Readonly<Record<string, string>>> =>
  plain('map', v.record(v.string(), v.string()), 'a table of texts, e.g. { zone = "eu-1" }', given);
