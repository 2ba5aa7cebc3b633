import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Command } from 'commander';
import { convertStack } from '@axion/compose';
import { AxionError } from '@axion/core';
import { checkExternals, observeStack } from '@axion/swarm-stack';
import type { ResolveImage } from '@axion/swarm-stack';
import type { CommandContext } from './context.ts';
import { openStackEngine } from '../stack/stack-engine.ts';
import { deployStack } from '../stack/deploy-stack.ts';
import { dockerLogins } from '../stack/docker-login.ts';
import { readStackFiles } from '../stack/stack-files.ts';
import type { StackReport } from '../stack/stack-report.ts';
import { waitForStack } from '../stack/wait-for-stack.ts';

interface DeployFlags {
  readonly composeFile: readonly string[];
  readonly prune?: boolean;
  readonly withRegistryAuth?: boolean;
  readonly resolveImage: ResolveImage;
  readonly detach: boolean;
  readonly quiet?: boolean;
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

const flag = (text: string | boolean | undefined): boolean => {
  if (text === undefined || text === true || text === 'true') return true;
  if (text === 'false') return false;
  throw new AxionError('INVALID_ARGUMENT', `--detach takes true or false, not "${String(text)}"`);
};

/** Docker trims quotes and white space, and refuses only what is empty then. */
const stackNameOf = (text: string): string => {
  if (text.replaceAll(/^['"\s]+|['"\s]+$/g, '') === '') throw new AxionError('INVALID_ARGUMENT', `invalid stack name: "${text}"`);
  return text;
};

/** `axion stack deploy`: what `docker stack deploy` does, with the same words and the same result. */
export const addStackDeploy = (stack: Command, context: CommandContext): void => {
  stack
    .command('deploy <stack>')
    .alias('up')
    .description('create or update a stack from stack files')
    .option('-c, --compose-file <file>', 'a stack file, or - for standard input; may be repeated, later ones override', collect, [])
    .option('--prune', 'remove services that the files no longer name')
    .option('--with-registry-auth', 'send the logins of docker login to the nodes')
    .addOption(new Option('--resolve-image <when>', 'ask the registry for digests and platforms').choices(['always', 'changed', 'never']).default('always'))
    .addOption(new Option('-d, --detach [bool]', 'do not wait for the services to converge').argParser(flag).default(true))
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', `
Examples:
  axion stack deploy -c stack.yml shop
  axion stack deploy -c stack.yml -c production.yml --with-registry-auth --detach=false shop`)
    .action(async (name: string, flags: DeployFlags) => {
      const namespace = stackNameOf(name);
      const out = context.output();
      const report: StackReport = {
        done: (text) => {
          if (!flags.quiet) out.result({ done: text }, () => out.line(text));
        },
        warn: (text) => void process.stderr.write(`${text}\n`),
      };
      const loaded = readStackFiles({ files: flags.composeFile, cwd: process.cwd(), environment: context.env });
      for (const warning of loaded.warnings) report.warn(warning.text);
      await using engine = openStackEngine(context);
      await engine.swarm.assertManager(context.signal);
      const found = await observeStack(engine, namespace, context.signal);
      const spec = convertStack(loaded.model, { namespace, readFile: readFileSync, existingNetworks: found.networkScopes });
      checkExternals(spec, found);
      const deployed = await deployStack(
        spec,
        { engine, found, prune: flags.prune === true, resolveImage: flags.resolveImage, authFor: flags.withRegistryAuth ? dockerLogins(context.env) : () => undefined, report },
        context.signal,
      );
      if (!flags.detach) await waitForStack(engine, deployed, report, context.signal);
    });
};
