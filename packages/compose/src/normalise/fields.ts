import { ComposeError } from '../errors.ts';
import type { StringMap } from '../model.ts';
import { goText } from '../yaml/go-text.ts';
import type { StackDocument } from '../yaml/read-document.ts';
import { dotted, isList, isMap, Timestamp, type Path, type Value, type ValueMap } from '../yaml/value.ts';
import { parseByteSize } from './byte-size.ts';
import { parseDuration } from './duration.ts';
import { stringMapOf } from './string-map.ts';

/**
 * The keys of a mapping that passed the schema, by type. What Go's zero value stands for (`""`, `false`, and 0 where the key
 * is no pointer in Docker) is undefined: Docker cannot tell it from an absent key, least of all when merging files.
 * @throws ComposeError for values that the schema lets through and Docker's decoding refuses.
 */
export class Fields {
  readonly #map: ValueMap;
  readonly #path: Path;
  readonly #document: StackDocument;

  constructor(map: ValueMap, path: Path, document: StackDocument) {
    this.#map = map;
    this.#path = path;
    this.#document = document;
  }

  raw(key: string): Value | undefined {
    return this.#map.get(key);
  }

  text(key: string): string | undefined {
    const value = this.#map.get(key);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return this.fail(key, `'${key}' expected type 'string', got unconvertible type '${goType(value)}', value: '${goText(value)}'`);
    return value;
  }

  flag(key: string): true | undefined {
    return this.#map.get(key) === true ? true : undefined;
  }

  /** A whole number that may be negative; 0 counts as absent. */
  whole(key: string): number | undefined {
    const value = this.#number(key);
    return value === undefined || Math.trunc(value) === 0 ? undefined : Math.trunc(value);
  }

  /** A whole number from 0 on; 0 is kept. */
  count(key: string): number | undefined {
    const value = this.#number(key);
    if (value !== undefined && value < 0) this.fail(key, `cannot parse '${dotted(this.#path.slice(2))}.${key}', ${value} overflows uint`);
    return value === undefined ? undefined : Math.trunc(value);
  }

  fraction(key: string): number | undefined {
    const value = this.#number(key);
    return value === 0 ? undefined : value;
  }

  /** Nanoseconds; 0 is kept. */
  duration(key: string): number | undefined {
    const written = this.text(key);
    if (written === undefined) return this.#map.get(key) === '' ? this.fail(key, `error decoding '${key}': time: invalid duration ""`) : undefined;
    const value = parseDuration(written);
    return value === undefined ? this.fail(key, `error decoding '${key}': time: invalid duration ${JSON.stringify(written)}`) : Number(value);
  }

  /** Bytes of a size; `goName` is what Docker calls the key in its message. */
  bytes(key: string, goName: string): number | undefined {
    if (!this.#map.has(key)) return undefined;
    const written = this.text(key) ?? '';
    try {
      return parseByteSize(written) || undefined;
    } catch (cause) {
      return this.fail(key, `error decoding '${goName}': ${(cause as Error).message}`);
    }
  }

  /** A list of strings, or one string that stands for a list. Empty counts as absent. */
  texts(key: string): readonly string[] | undefined {
    const value = this.#map.get(key);
    if (typeof value === 'string') return [value];
    return isList(value) && value.length > 0 ? value.map(goText) : undefined;
  }

  stringMap(key: string): StringMap | undefined {
    const value = this.#map.get(key);
    return isMap(value) || isList(value) ? stringMapOf(value) : undefined;
  }

  /** A mapping inside; a null one is empty. */
  at(key: string): Fields | undefined {
    const value = this.#map.get(key);
    return isMap(value) ? new Fields(value, [...this.#path, key], this.#document) : undefined;
  }

  /** The mappings in a list, empty ones in place of anything else. An empty list is kept: merging tells it from none. */
  items(key: string): readonly Fields[] | undefined {
    const value = this.#map.get(key);
    if (!isList(value)) return undefined;
    return value.map((item, at) => new Fields(isMap(item) ? item : new Map(), [...this.#path, key, at], this.#document));
  }

  /** Refuses the key's value in Docker's own words. */
  refuse(key: string, message: string): never {
    throw new ComposeError('VALUE', message, this.where(key));
  }

  /** Refuses it as something that cannot be decoded. */
  fail(key: string, problem: string): never {
    return this.refuse(key, `decoding failed due to the following error(s):\n\n${problem}`);
  }

  where(key?: string): { file?: string; line?: number; column?: number; key: string } {
    const path = key === undefined ? this.#path : [...this.#path, key];
    return { ...this.#document.position(path), key: dotted(path) };
  }

  #number(key: string): number | undefined {
    const value = this.#map.get(key);
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
  }
}

/** What Go calls a value's type in its messages. */
export const goType = (value: Value): string => {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (value instanceof Timestamp) return 'time.Time';
  return typeof value === 'boolean' ? 'bool' : isList(value) ? '[]interface {}' : 'map[string]interface {}';
};
