import type { Command } from 'commander';
import { AxionError } from '@axion/core';
import type { CommandContext } from './context.ts';
import { applyFile, fileDiff, planFiles } from '../systemd/generated-files.ts';
import { findSecrets } from '../systemd/host-secrets.ts';
import { requireOwnFolders } from '../systemd/own-folders.ts';
import { LEAST_SYSTEMD, systemdVersion } from '../systemd/systemd-version.ts';

interface GenerateOptions {
  readonly out: string;
  readonly release: string;
  readonly configFile: string;
  readonly secretsDir: string;
  readonly systemd?: number;
  readonly diff?: true;
}

const versionOf = (text: string): number => {
  const version = Number(text);
  if (Number.isInteger(version) && version >= LEAST_SYSTEMD) return version;
  throw new AxionError('INVALID_ARGUMENT', `--systemd ${text}: units are written for systemd ${LEAST_SYSTEMD} and newer`);
};

/** `axion systemd generate`: the target and one unit a component, from the manifest that `axion run` starts. */
export const addSystemd = (program: Command, context: CommandContext): void => {
  const systemd = program.command('systemd').description('systemd units of the agent');
  systemd
    .command('generate')
    .description('write the target, the units, the users and the folders of the agent; drop-ins are left alone')
    // Not /etc: what lies there is the operator's, and hides what is here. A unit in /etc cannot be masked.
    .option('--out <dir>', 'where to write: systemd/system, sysusers.d and tmpfiles.d under it', '/usr/local/lib')
    .option('--release <dir>', 'the release that the units run', '/opt/axion/current')
    .option('--config-file <file>', 'the configuration that the components read', '/etc/axion/agent.toml')
    .option('--secrets-dir <dir>', 'secrets that are handed to the components which need them', '/etc/axion/secrets')
    .option('--systemd <version>', 'write for this systemd (default: the one that is here)', versionOf)
    .option('--diff', 'change nothing; show what would change, exit code 1 when something would')
    .addHelpText('after', `
Examples:
  axion systemd generate --diff
  axion systemd generate && systemctl daemon-reload && systemctl enable --now axion-agent.target
  axion systemd generate --out ./lib && systemd-analyze verify ./lib/systemd/system/*`)
    .action(async ({ out, diff, ...options }: GenerateOptions) => {
      const version = options.systemd ?? (await systemdVersion());
      const { config } = context.config();
      requireOwnFolders(config);
      const host = { ...options, config, systemd: version, secrets: findSecrets(options.secretsDir, version) };
      const plan = await planFiles(out, host);
      const print = context.output();
      if (diff) {
        const changes = plan.filter(({ change }) => change !== 'same');
        print.result(changes.map(({ path, change }) => ({ path, change })), () => changes.forEach((change) => print.line(fileDiff(out, change).trimEnd())));
        if (changes.length > 0) process.exitCode = 1;
        return;
      }
      for (const change of plan) await applyFile(out, change);
      print.result(plan.map(({ path, change }) => ({ path, change })), () => print.table(['file', 'change'], plan.map(({ path, change }) => [path, change])));
    });
};
