import type { Executor, StoredCommand } from '@axion/contracts';
import { AxionError } from '@axion/core';

/** Executors that this bundle does not have yet: their commands are answered at the door instead of waiting for ever. */
const MISSING: Partial<Record<Executor, string>> = {
  updater: 'updating itself over a command',
};

/** Why nobody would ever execute `command`; `undefined` where an executor exists. */
export const missingExecutor = (command: StoredCommand): AxionError | undefined => {
  const what = MISSING[command.executor];
  if (what === undefined) return undefined;
  return new AxionError('UNIMPLEMENTED', `this version of the agent does not know ${what} yet; ${command.type} was not executed`, { reason: 'NO_EXECUTOR' });
};
