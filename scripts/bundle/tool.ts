import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end and gives its standard output; a failure says what it printed. */
export const tool = async (program: string, args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal } = {}): Promise<string> => {
  const { env, ...rest } = options;
  const { stdout } = await promisify(execFile)(program, args, { ...rest, env: { ...process.env, LC_ALL: 'C', ...env }, maxBuffer: 64 * 1024 * 1024 }).catch((error: Error & { stderr?: string }) => {
    throw new Error(`${program} ${args.join(' ')} failed: ${error.stderr?.trim() || error.message}`, { cause: error });
  });
  return stdout;
};
