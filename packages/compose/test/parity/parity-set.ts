import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The parity set lies beside the repository, not in it: its stack files belong to others. */
export const PARITY_ROOT = resolve(import.meta.dirname, '../../../../../shared/parity');

export interface ParityStep {
  readonly files: readonly string[];
  readonly args?: readonly string[];
}

export interface ParityCase {
  readonly id: string;
  readonly stack: string;
  readonly dir: string;
  readonly files: readonly string[];
  readonly steps?: readonly ParityStep[];
  readonly env?: Readonly<Record<string, string>>;
  readonly pre?: Readonly<Partial<Record<'networks' | 'secrets' | 'configs', readonly string[]>>>;
}

export interface Write {
  readonly method: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Golden {
  readonly accepted: boolean;
  readonly classes?: readonly string[];
  readonly warnings?: { readonly unsupported?: readonly string[]; readonly deprecated?: readonly string[]; readonly other?: readonly string[] };
  readonly wire?: { readonly writes: readonly Write[] };
}

/** The set's own tools, so that candidates are measured with the same ruler as everywhere. */
export interface ParityTools {
  classify(stderr: string): { class: string; detail: string };
  normService(spec: unknown, idName: Readonly<Record<string, string>>): Record<string, unknown>;
  sortKeys(value: unknown): Record<string, unknown>;
  mapStrings(value: unknown, change: (text: string) => string): Record<string, unknown>;
}

export interface ParitySet {
  readonly cases: readonly { readonly parityCase: ParityCase; readonly golden: Golden }[];
  readonly tools: ParityTools;
}

/** The set, or undefined when it is not there. */
export const openParitySet = async (): Promise<ParitySet | undefined> => {
  const manifest = join(PARITY_ROOT, 'corpus/manifest.json');
  if (!existsSync(manifest)) return undefined;
  const { cases } = JSON.parse(readFileSync(manifest, 'utf8')) as { cases: ParityCase[] };
  const load = async (file: string): Promise<object> => (await import(pathToFileURL(join(PARITY_ROOT, 'lib', file)).href)) as object;
  return {
    tools: { ...(await load('classify.mjs')), ...(await load('normalize.mjs')) } as ParityTools,
    cases: cases.flatMap((parityCase) => {
      const golden = join(PARITY_ROOT, 'golden', `${parityCase.id}.json`);
      return existsSync(golden) ? [{ parityCase, golden: JSON.parse(readFileSync(golden, 'utf8')) as Golden }] : [];
    }),
  };
};
