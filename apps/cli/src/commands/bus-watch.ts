import type { Command } from 'commander';
import { untilAborted } from '@axion/core';
import type { TappedMessage } from '@axion/bus';
import type { CommandContext } from './context.ts';
import { describeMessage } from '../print/bus-message.ts';

/** `axion bus watch`: what passes on the bus, until Ctrl-C. */
export const addBusWatch = (bus: Command, context: CommandContext): void => {
  bus
    .command('watch [subject]')
    .description('show what passes on the bus, until Ctrl-C; variables and passwords are left out')
    .addHelpText('after', `
Examples:
  axion bus watch                     everything but beats and scrapes
  axion bus watch 'axion.evt.>'       events
  axion bus watch 'axion.health.>'    health beats
  axion --json bus watch              whole messages, one a line`)
    .action(async (subject: string | undefined) => {
      const out = context.output();
      const connection = await context.bus();
      const quiet = subject === undefined;
      const tap = connection.tap(subject ?? 'axion.>', (message: TappedMessage) => {
        // Beats, scrapes and the server's own repetitions would drown the rest.
        if (quiet && /^axion\.(health|metrics|stored|tel)\./.test(message.subject)) return;
        const described = describeMessage(message);
        out.result({ subject: message.subject, ...described }, () =>
          out.line(`${out.style('dim', new Date().toISOString().slice(11, 23))} ${out.style('cyan', message.subject)} ${described.text}`),
        );
      });
      await untilAborted(new Promise<never>(() => {}), context.signal).catch(() => {});
      tap.stop();
    });
};
