/** Where a value came from: the default, the file, the service manager's credentials, or `env NAME`. */
export type Source = 'default' | 'file' | 'credential' | `env ${string}`;

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
