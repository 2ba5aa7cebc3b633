/** `docker`: refuses exactly what `docker stack deploy` refuses. `agent`: also takes what control planes generate and Swarm ignores. */
export type Dialect = 'docker' | 'agent';

/**
 * The package's only way to files (`env_file`, sources of secrets and configs): bytes of an absolute path. Throws whatever
 * it likes; an error with `code` `ENOENT` or `EISDIR` is reported in Docker's words.
 */
export type ReadFile = (path: string) => Uint8Array;

export interface StackFile {
  /** Name for error texts. */
  readonly name: string;
  readonly text: string;
}

export interface LoadOptions {
  /** In the order of the command line; later ones override. */
  readonly files: readonly StackFile[];
  /** Absolute folder that relative paths start from. */
  readonly workingDir: string;
  /** What interpolation, `environment` and `env_file` look names up in, and `~` (as `HOME`). Nothing else is consulted. */
  readonly environment: Readonly<Record<string, string>>;
  readonly readFile: ReadFile;
  /** Default `docker`. */
  readonly dialect?: Dialect;
}

/** Something ignored or outdated in the files. `text` is a line for people, each said once. */
export interface Warning {
  readonly kind: 'unsupported' | 'deprecated' | 'other';
  /** Keys concerned, for `unsupported` and `deprecated`. */
  readonly keys: readonly string[];
  readonly text: string;
}
