import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { ComposeError, loadStack } from '@axion/compose';
import type { LoadedStack } from '@axion/compose';

/** Standard input, where a file is named `-`. */
const STDIN = 0;

export interface StackFileOptions {
  /** As given with `-c`; each may hold several, comma separated. `-` alone is standard input. */
  readonly files: readonly string[];
  readonly cwd: string;
  /** The process environment, as Docker's client uses it. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Reads the files of a stack as `docker stack deploy` does: the first one's folder is where all relative paths start. */
export const readStackFiles = ({ files, cwd, environment }: StackFileOptions): LoadedStack => {
  const names = files.flatMap((given) => given.split(','));
  const [first] = names;
  if (first === undefined) throw new ComposeError('FILE', 'Specify a Compose file (with --compose-file)');
  const fromStdin = names.length === 1 && first === '-';
  const absolute = (name: string): string => (isAbsolute(name) ? name : resolve(cwd, name));
  return loadStack({
    files: names.map((name) => ({ name, text: fromStdin ? readFileSync(STDIN, 'utf8') : readText(name, absolute(name)) })),
    workingDir: fromStdin ? cwd : dirname(absolute(first)),
    environment: Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    readFile: readFileSync,
  });
};

const readText = (name: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new ComposeError('FILE', `open ${path}: no such file or directory`, { file: name }, cause);
    throw cause;
  }
};
