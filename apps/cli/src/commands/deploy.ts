import type { Command } from 'commander';
import { parseEnvFile } from '@axion/compose';
import type { EventBody } from '@axion/contracts';
import { AxionError, systemClock } from '@axion/core';
import type { CommandContext } from './context.ts';
import { readInput } from '../input-file.ts';
import { eventLine } from '../print/event-line.ts';
import type { Output } from '../print/output.ts';
import { plannedSteps, printPlan } from '../print/plan-table.ts';
import { variablesFrom } from '../send/assignments.ts';
import { commandFrom } from '../send/command-from.ts';
import { endedWell, followCommand } from '../send/follow-command.ts';

interface DeployFlags {
  readonly file?: string;
  readonly project: string;
  readonly env: readonly string[];
  readonly envFile: readonly string[];
  readonly plan?: boolean;
  readonly force?: boolean;
  readonly timeout?: number;
  readonly deployment?: string;
  readonly rollback: boolean;
  readonly detach?: boolean;
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

const seconds = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new AxionError('INVALID_ARGUMENT', `--timeout takes whole seconds, not "${text}"`);
  return value;
};

/** `axion deploy`: gives a project's stack file to the agent of this host and follows it to the truth; `--plan` only asks what would change. */
export const addDeploy = (program: Command, context: CommandContext): void => {
  program
    .command('deploy [file]')
    .description('deploy a project by the agent of this host, and follow it to its end; exit code 1 when it failed')
    .option('-c, --file <file>', 'the stack file, where it is not the argument')
    .requiredOption('-p, --project <id>', 'the project')
    .option('-e, --env <KEY=VALUE>', 'a variable of the stack file; may be repeated', collect, [])
    .option('--env-file <file>', 'a file with a KEY=VALUE a line; may be repeated, --env wins', collect, [])
    .option('--plan', 'change nothing: say what would be created, updated and removed')
    .option('--force', 'restart the tasks of unchanged services too')
    .option('--timeout <seconds>', 'how long it may take until everything runs', seconds)
    .option('--deployment <id>', 'what this deployment is called (default: a new id)')
    .option('--no-rollback', 'leave a deployment that fails as it is')
    .option('-d, --detach', 'do not wait for its end')
    .addHelpText('after', `
Examples:
  axion deploy stack.yml --project shop --env TAG=1.4 --plan
  axion deploy stack.yml --project shop --env TAG=1.4`)
    .action(async (argument: string | undefined, flags: DeployFlags) => {
      const out = context.output();
      const command = commandFrom(flags.plan === true ? 'Plan' : 'Deploy', await payloadOf(argument, flags, context.env), systemClock.now());
      const bus = await context.bus();
      if (flags.detach === true) {
        await bus.commands.publish(command);
        out.result({ command_id: command.commandId }, () => out.line(command.commandId));
        return;
      }
      const last = await followCommand(bus, command, {
        onEvent: (body) => {
          if (flags.plan !== true) out.result(body, () => printEvent(body, out));
        },
        onNobody: () => void process.stderr.write('no swarm-executor shows that it is there; the command waits for one (axion status says more)\n'),
        signal: context.signal,
      });
      if (!endedWell(last)) process.exitCode = 1;
      if (flags.plan === true) out.result(last.payload, () => printAnswer(last, out));
    });
};

const payloadOf = async (argument: string | undefined, flags: DeployFlags, env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, unknown>>> => {
  const file = argument ?? flags.file;
  if (file === undefined || (argument !== undefined && flags.file !== undefined)) throw new AxionError('INVALID_ARGUMENT', 'name one stack file: axion deploy stack.yml --project ID');
  const variables: Record<string, string> = {};
  for (const path of flags.envFile) Object.assign(variables, Object.fromEntries(parseEnvFile(path, Buffer.from(await readInput(path)), (name) => env[name])));
  return {
    project_id: flags.project,
    docker_stack_yml: await readInput(file),
    env_vars: { ...variables, ...variablesFrom(flags.env) },
    ...(flags.force === true ? { force_redeploy: true } : {}),
    ...(flags.timeout === undefined ? {} : { timeout_seconds: flags.timeout }),
    ...(flags.deployment === undefined ? {} : { deployment_id: flags.deployment }),
    ...(flags.rollback ? {} : { rollback_on_failure: false }),
  };
};

type Payload = Readonly<Record<string, unknown>>;

/** An event's line; below it the plan where one is told for the first time, and of a failure what the container said last. */
const printEvent = (body: EventBody, out: Output): void => {
  out.line(eventLine(body, out));
  const details = (body.payload['details'] ?? {}) as Payload;
  if (body.event_type === 'DeployProgress') printPlan(plannedSteps(details['plan']) ?? [], out);
  const { last_log_lines: lines } = (details['failure'] ?? {}) as { readonly last_log_lines?: readonly string[] };
  for (const line of lines ?? []) out.line(out.style('dim', `  | ${line}`));
};

const printAnswer = ({ payload }: EventBody, out: Output): void => {
  printPlan(plannedSteps(payload['plan']) ?? [], out);
  for (const warning of (payload['warnings'] ?? []) as readonly string[]) out.line(out.style('yellow', `warning: ${warning}`));
  if (typeof payload['message'] === 'string') out.line(out.style('bold', payload['message']));
};
