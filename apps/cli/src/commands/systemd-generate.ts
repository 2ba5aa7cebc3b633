import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { agentUnits } from '../systemd/agent-units.ts';
import { renderUnit } from '../systemd/unit-file.ts';

interface GenerateOptions {
  readonly out: string;
  readonly release: string;
  readonly configFile: string;
}

const present = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** `axion systemd generate`: the target and one unit a component, from the manifest that `axion run` starts. */
export const addSystemd = (program: Command, context: CommandContext): void => {
  const systemd = program.command('systemd').description('systemd units of the agent');
  systemd
    .command('generate')
    .description('write axion-agent.target, the bus unit and one unit a component; drop-ins beside them are left alone')
    .option('--out <dir>', 'where to write them', '/etc/systemd/system')
    .option('--release <dir>', 'the release that the units run', '/opt/axion/current')
    .option('--config-file <file>', 'the configuration that the components read', '/etc/axion/agent.toml')
    .addHelpText('after', `
Examples:
  axion systemd generate --out ./units && systemd-analyze verify ./units/*
  axion systemd generate && systemctl daemon-reload && systemctl enable --now axion-agent.target`)
    .action(async (options: GenerateOptions) => {
      const { config } = context.config();
      const out = context.output();
      await mkdir(options.out, { recursive: true });
      const written: { unit: string; change: 'new' | 'changed' | 'same' }[] = [];
      for (const unit of agentUnits({ release: options.release, config: options.configFile, dataDir: config.agent.data_dir })) {
        const file = join(options.out, unit.name);
        const [before, text] = [await present(file), renderUnit(unit)];
        if (before !== text) await writeFile(file, text, { mode: 0o644 });
        written.push({ unit: unit.name, change: before === undefined ? 'new' : before === text ? 'same' : 'changed' });
      }
      out.result(written, () => out.table(['unit', 'change'], written.map(({ unit, change }) => [unit, change])));
    });
};
