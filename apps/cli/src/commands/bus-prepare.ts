import type { Command } from 'commander';
import { prepareBus, provisionBus } from '@axion/bus';
import type { CommandContext } from './context.ts';
import { busServerOptions } from '../supervise/bus-server.ts';

/** The two steps that the bus's unit takes around the start of nats-server. */
export const addBusPrepare = (bus: Command, context: CommandContext): void => {
  bus
    .command('prepare')
    .description('write the configuration and the keys of the bus; before nats-server starts')
    .action(async () => {
      const options = busServerOptions(context.config().config, 'nats-server');
      await prepareBus(options);
      context.output().line(options.configFile);
    });
  bus
    .command('provision')
    .description('make the streams and buckets; after nats-server started')
    .action(async () => {
      const { telemetryMb, ...options } = busServerOptions(context.config().config, 'nats-server');
      const streams = await provisionBus({ ...options, ...(telemetryMb === undefined ? {} : { telemetryMb }) }, context.signal);
      const out = context.output();
      out.result(streams, () => out.table(['stream', 'was'], streams.map(({ stream, action }) => [stream, action])));
    });
};
