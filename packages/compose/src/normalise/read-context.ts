import type { Lookup } from '../interpolate/substitute.ts';
import type { Dialect, ReadFile } from '../load-options.ts';
import type { StackDocument } from '../yaml/read-document.ts';

/** What normalising one file needs from outside. */
export interface ReadContext {
  readonly document: StackDocument;
  /** Minor version of the file format, 0 to 13. */
  readonly minor: number;
  readonly dialect: Dialect;
  readonly workingDir: string;
  readonly lookup: Lookup;
  readonly readFile: ReadFile;
  /** Collects a warning; each text is kept once by the collector. */
  readonly warn: (text: string) => void;
}
