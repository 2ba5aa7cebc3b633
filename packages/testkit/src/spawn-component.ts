import { join } from 'node:path';
import { checkout } from './dev-folder.ts';
import { ServerProcess } from './server-process.ts';

export interface SpawnOptions {
  /** Added to this process's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
  /** The line that says it serves. Default: the log line `ready`, in either format. `false` does not wait. */
  readonly ready?: RegExp | false;
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
  readonly onLine?: (line: string) => void;
}

const READY = /"msg":"ready"|\bready\b/;

/** Runs one component from source as its systemd unit would: `node apps/NAME/src/main.ts`. Kill it, stop it, read its log. */
export const spawnComponent = (name: string, options: SpawnOptions = {}): Promise<ServerProcess> => {
  const { env, args = [], ready = READY, readyTimeoutMs, stopTimeoutMs, onLine } = options;
  return ServerProcess.start({
    name,
    command: process.execPath,
    args: [join(checkout, 'apps', name, 'src/main.ts'), ...args],
    ...(env === undefined ? {} : { env }),
    ...(ready === false ? {} : { ready }),
    ...(readyTimeoutMs === undefined ? {} : { readyTimeoutMs }),
    ...(stopTimeoutMs === undefined ? {} : { stopTimeoutMs }),
    ...(onLine === undefined ? {} : { onLine }),
  });
};
