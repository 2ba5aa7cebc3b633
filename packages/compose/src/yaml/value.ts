/**
 * What a YAML node means to Docker, which reads files with Go's yaml.v3. Whole numbers are `bigint` and fractions `number`,
 * because Go keeps them apart (`80` is a port, `80.0` is not) and prints them differently.
 */
export type Value = string | bigint | number | boolean | null | Timestamp | NonStringKeys | readonly Value[] | ValueMap;

export type ValueMap = ReadonlyMap<string, Value>;

/** An unquoted date. Docker carries Go's text for it into environments and labels. */
export class Timestamp {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A mapping with a key that is no string. Docker refuses it, but only when it gets to the schema. */
export class NonStringKeys {
  readonly kind = 'non-string-keys';
}

export const isMap = (value: Value | undefined): value is ValueMap => value instanceof Map;
export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

/** Where a value sits: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** `services.web.ports.0`, the way Docker's messages name a place. */
export const dotted = (path: Path): string => path.join('.');
