import type { Command } from 'commander';
import { connectBus } from '@axion/bus';
import type { Bus } from '@axion/bus';
import { loadConfig } from '@axion/config';
import { AxionError } from '@axion/core';
import type { CommandContext } from './commands/context.ts';
import { Output } from './print/output.ts';

/** Builds the context of one invocation; `close` gives back what was opened. */
export const commandContext = (program: Command, env: NodeJS.ProcessEnv, ownFile: string): CommandContext & { close(): Promise<void> } => {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new AxionError('CANCELLED', 'interrupted'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  let opened: Bus | undefined;
  const options = (): { config?: string; json?: boolean } => program.opts();
  const config: CommandContext['config'] = () => loadConfig({ env, argv: options().config === undefined ? [] : ['--config', options().config!] });
  return {
    env,
    ownFile,
    signal: interrupted.signal,
    config,
    output: () => new Output(process.stdout, options().json === true),
    bus: async () => {
      const { config: settings } = config();
      opened ??= await connectBus({ component: 'cli', instance: String(process.pid), url: settings.bus.url, credentialsDir: settings.bus.credentials_dir }, interrupted.signal);
      return opened;
    },
    close: async () => {
      await opened?.close();
      process.removeListener('SIGINT', interrupt);
      process.removeListener('SIGTERM', interrupt);
    },
  };
};
