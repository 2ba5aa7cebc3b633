import type { Command } from 'commander';
import { addBusPrepare } from './bus-prepare.ts';
import { addBusSend } from './bus-send.ts';
import { addBusWatch } from './bus-watch.ts';
import type { CommandContext } from './context.ts';

/** `axion bus …`: for developers, and the two steps around the bus's start that the unit takes. */
export const addBus = (program: Command, context: CommandContext): void => {
  const bus = program.command('bus').description('the local bus: watch it, publish on it, set it up');
  addBusWatch(bus, context);
  addBusSend(bus, context);
  addBusPrepare(bus, context);
};
