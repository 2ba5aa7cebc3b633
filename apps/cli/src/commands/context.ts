import type { Bus } from '@axion/bus';
import type { LoadedConfig } from '@axion/config';
import type { Output } from '../print/output.ts';

/** What every sub-command is given; nothing here is opened before it is asked for. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  /** The command's own file, from which components are found. */
  readonly ownFile: string;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  output(): Output;
  /** Throws the configuration error as it is; exit code 78. */
  config(): LoadedConfig;
  /** The bus with the command line's credentials. Fails with what to do when it does not answer. */
  bus(): Promise<Bus>;
}
