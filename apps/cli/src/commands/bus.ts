import type { Command } from 'commander';
import { addBusSend } from './bus-send.ts';
import { addBusWatch } from './bus-watch.ts';
import type { CommandContext } from './context.ts';

/** `axion bus …`: for developers, who want to see and to send what passes on it. */
export const addBus = (program: Command, context: CommandContext): void => {
  const bus = program.command('bus').description('the local bus: watch it, publish on it');
  addBusWatch(bus, context);
  addBusSend(bus, context);
};
