import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { CommandContext } from './context.ts';
import { durationText } from '../print/duration.ts';
import { modelDocument } from '../stack/model-document.ts';
import { removeStack } from '../stack/remove-stack.ts';
import { openStackEngine } from '../stack/stack-engine.ts';
import { readStackFiles } from '../stack/stack-files.ts';
import { stackList, stackServices, stackTasks } from '../stack/stack-view.ts';

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
const SHORT_ID = 12;

/** `axion stack rm|ls|services|ps|config`: what `docker stack` shows and removes. */
export const addStackViews = (stack: Command, context: CommandContext): void => {
  stack
    .command('rm <stack...>')
    .aliases(['remove', 'down'])
    .description('remove stacks; volumes stay')
    .addHelpText('after', '\nExamples:\n  axion stack rm shop\n  axion stack rm shop blog')
    .action(async (names: readonly string[]) => {
      await using engine = openStackEngine(context);
      const out = context.output();
      const report = { done: (text: string) => out.result({ done: text }, () => out.line(text)), warn: (text: string) => void process.stderr.write(`${text}\n`) };
      for (const name of names) await removeStack(engine, name, report, context.signal);
    });
  stack
    .command('ls')
    .alias('list')
    .description('the stacks of the swarm')
    .addHelpText('after', '\nExamples:\n  axion stack ls\n  axion --json stack ls')
    .action(async () => {
      await using engine = openStackEngine(context);
      const stacks = await stackList(engine, context.signal);
      const out = context.output();
      out.result(stacks, () => out.table(['name', 'services'], stacks.map(({ name, services }) => [name, String(services)])));
    });
  stack
    .command('services <stack>')
    .description('the services of a stack')
    .option('-q, --quiet', 'ids alone')
    .addHelpText('after', '\nExamples:\n  axion stack services shop\n  axion --json stack services shop')
    .action(async (name: string, { quiet }: { readonly quiet?: boolean }) => {
      await using engine = openStackEngine(context);
      const rows = await stackServices(engine, name, context.signal);
      const out = context.output();
      if (quiet) rows.forEach(({ id }) => out.line(id.slice(0, SHORT_ID)));
      else out.result(rows, () => out.table(['id', 'name', 'mode', 'replicas', 'image', 'ports'], rows.map((row) => [row.id.slice(0, SHORT_ID), row.name, row.mode, row.replicas, row.image, row.ports])));
    });
  stack
    .command('ps <stack>')
    .description('the tasks of a stack, with what became of them')
    .option('-q, --quiet', 'ids alone')
    .option('--no-trunc', 'whole ids and errors')
    .addHelpText('after', '\nExamples:\n  axion stack ps shop\n  axion stack ps --no-trunc shop')
    .action(async (name: string, { quiet, trunc }: { readonly quiet?: boolean; readonly trunc: boolean }) => {
      await using engine = openStackEngine(context);
      const rows = await stackTasks(engine, name, context.signal);
      const out = context.output();
      const cut = (text: string, length: number): string => (trunc && text.length > length ? `${text.slice(0, length - 1)}…` : text);
      const id = (text: string): string => (trunc ? text.slice(0, SHORT_ID) : text);
      if (quiet) rows.forEach((row) => out.line(id(row.id)));
      else {
        out.result(rows, () =>
          out.table(
            ['id', 'name', 'image', 'node', 'desired state', 'current state', 'error'],
            rows.map((row) => [id(row.id), row.name, row.image, row.node, row.desired, `${row.state} ${durationText((Date.now() - row.since) / 1000)} ago`, cut(row.error, 60)]),
          ),
        );
      }
    });
  stack
    .command('config')
    .description('the stack files after reading, interpolation and merging')
    .option('-c, --compose-file <file>', 'a stack file, or - for standard input; may be repeated', collect, [])
    .addHelpText('after', '\nExamples:\n  axion stack config -c stack.yml\n  axion stack config -c stack.yml -c production.yml > merged.yml')
    .action(({ composeFile }: { readonly composeFile: readonly string[] }) => {
      const { model, warnings } = readStackFiles({ files: composeFile, cwd: process.cwd(), environment: context.env });
      for (const warning of warnings) process.stderr.write(`${warning.text}\n`);
      const document = modelDocument(model);
      const out = context.output();
      out.result(document, () => process.stdout.write(stringify(document)));
    });
};
