/** Where a value came from: the default, the file, or `env NAME`. */
export type Source = 'default' | 'file' | `env ${string}`;

/** A value somebody gave for a key, not checked yet. */
export interface Setting {
  readonly value: unknown;
  readonly source: Source;
}

/** Settings found in one place, and what was wrong with them. */
export interface Findings {
  readonly settings: ReadonlyMap<string, Setting>;
  readonly problems: readonly string[];
}
