import type { Command } from 'commander';
import { AxionError, closestWord, didYouMean, systemClock } from '@axion/core';
import { COMMAND_TYPES } from '@axion/contracts';
import type { CommandContext } from './context.ts';
import { readInput } from '../input-file.ts';
import { fieldsFrom, variablesFrom } from '../send/assignments.ts';
import { commandFrom, commandTypeOf } from '../send/command-from.ts';
import { eventLine } from '../print/event-line.ts';
import { endedWell, followCommand } from '../send/follow-command.ts';

interface SendOptions {
  readonly project?: string;
  readonly env: string[];
  readonly set: string[];
  readonly detach?: boolean;
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

/** `axion bus send`: publishes a command as the Kafka worker would, and follows it to its terminal event. */
export const addBusSend = (parent: Command, context: CommandContext): void => {
  parent
    .command('send <type> [file]')
    .description('publish a command as the Kafka worker would, and follow it to its end')
    .option('-p, --project <id>', 'the project it is for')
    .option('-e, --env <KEY=VALUE>', 'a variable of the deployment; may be repeated', collect, [])
    .option('-s, --set <field=value>', 'another field of the payload, JSON or text; may be repeated', collect, [])
    .option('-d, --detach', 'do not wait for the terminal event')
    .addHelpText('after', `
Types: ${COMMAND_TYPES.join(', ')}

Examples:
  axion bus send deploy examples/hello.yml --project hello --env IMAGE=busybox --env API_KEY=example
  axion bus send scale --project hello --set service_name=web --set replicas=3
  axion bus send get-status`)
    .action(async (typeText: string, file: string | undefined, options: SendOptions) => {
      const type = commandTypeOf(typeText);
      if (type === undefined) throw new AxionError('INVALID_ARGUMENT', `"${typeText}" is no command type; known are ${COMMAND_TYPES.join(', ')}${didYouMean(closestWord(typeText.replaceAll('-', ''), COMMAND_TYPES))}`);
      const command = commandFrom(
        type,
        {
          ...(options.project === undefined ? {} : { project_id: options.project }),
          ...(file === undefined ? {} : { docker_stack_yml: await readInput(file) }),
          ...(options.env.length === 0 ? {} : { env_vars: variablesFrom(options.env) }),
          ...fieldsFrom(options.set),
        },
        systemClock.now(),
      );
      const out = context.output();
      out.result({ command_id: command.commandId }, () => out.line(`${out.style('dim', 'command')} ${command.commandId} ${out.style('dim', `→ ${command.executor}.${command.key}`)}`));
      const bus = await context.bus();
      if (options.detach === true) {
        await bus.commands.publish(command);
        return;
      }
      const last = await followCommand(bus, command, {
        onEvent: (body) => out.result(body, () => out.line(eventLine(body, out))),
        onNobody: () => void process.stderr.write(`no ${command.executor}-executor shows that it is there; the command waits for one\n`),
        signal: context.signal,
      });
      if (!endedWell(last)) process.exitCode = 1;
    });
};
