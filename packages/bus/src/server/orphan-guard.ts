import { delimiter, join } from 'node:path';
import { isExecutable } from './executable.ts';

/**
 * Wraps a command so that the kernel ends it (SIGTERM) when this process is gone, however that came about: a component that
 * outlives its supervisor would meet the next run's on the same bus. By setpriv(1), which becomes the command; where there
 * is none (other systems than Linux) the command stays as it is.
 */
export const endWithParent = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): { readonly command: string; readonly args: readonly string[] } => {
  const setpriv = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'setpriv')).find(isExecutable);
  return setpriv === undefined ? { command, args } : { command: setpriv, args: ['--pdeathsig', 'TERM', '--', command, ...args] };
};
