import type { Command } from 'commander';
import { addBus } from './bus.ts';
import { addConfig } from './config-check.ts';
import { addDeploy } from './deploy.ts';
import { addDlq } from './dlq.ts';
import { addRun } from './run.ts';
import { addStack } from './stack.ts';
import { addStatus } from './status.ts';
import { addSystemd } from './systemd-generate.ts';
import type { CommandContext } from './context.ts';

/** Everything that `axion` can be told, in the order of its help. */
export const addCommands = (program: Command, context: CommandContext): void => {
  addRun(program, context);
  addStatus(program, context);
  addConfig(program, context);
  addDeploy(program, context);
  addStack(program, context);
  addSystemd(program, context);
  addBus(program, context);
  addDlq(program, context);
};
