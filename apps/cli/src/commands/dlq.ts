import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { addDlqList } from './dlq-list.ts';
import { addDlqReplay } from './dlq-replay.ts';

/** `axion dlq …`: what was put aside because it could not be handled. */
export const addDlq = (program: Command, context: CommandContext): void => {
  const dlq = program.command('dlq').description('the dead letters: messages that could not be handled; list them, send them again');
  addDlqList(dlq, context);
  addDlqReplay(dlq, context);
};
