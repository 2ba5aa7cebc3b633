import type { Command } from 'commander';
import { describeConfig } from '@axion/config';
import type { CommandContext } from './context.ts';
import { requireOwnFolders } from '../systemd/own-folders.ts';

/** `axion config check`: the effective configuration, secrets redacted, and where each value came from. */
export const addConfig = (program: Command, context: CommandContext): void => {
  const config = program.command('config').description('look at the configuration');
  config
    .command('check')
    .description('print the effective configuration and where each value came from; exit code 78 when it cannot work')
    .option('--changed', 'only what is not the default')
    .addHelpText('after', `
Examples:
  axion config check --changed                     what was set, and where
  axion --config new.toml config check             before a file is put in place
  AXION_AGENT__HEALTH__PORT=9090 axion config check --changed`)
    .action((options: { readonly changed?: boolean }) => {
      const loaded = context.config();
      requireOwnFolders(loaded.config);
      const rows = describeConfig(loaded).filter((row) => !options.changed || row.source !== 'default');
      const out = context.output();
      out.result({ file: loaded.file ?? null, warnings: loaded.warnings, keys: rows.map(({ key, value, source }) => ({ key, value, source })) }, () => {
        out.line(loaded.file === undefined ? 'no file; defaults and environment' : `file ${loaded.file}`);
        for (const warning of loaded.warnings) out.line(out.style('yellow', `warning: ${warning}`));
        out.table(['key', 'value', 'source'], rows.map((row) => [row.key, row.text, row.source === 'default' ? out.style('dim', row.source) : row.source]));
      });
    });
};
