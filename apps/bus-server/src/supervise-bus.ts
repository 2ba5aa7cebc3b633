import { BusServer, busServerOptions, natsServerBinary } from '@axion/bus/server';
import { runComponent } from '@axion/service-kit';
import { provisionApart } from './provision-apart.ts';

/**
 * The bus as its unit runs it: the same supervisor of nats-server that `axion run` has inside, so a damaged store or a full
 * disk is met in the same way, and the unit is ready only once the streams are.
 */
export const superviseBus = (): Promise<void> => {
  const ownFile = process.argv[1]!;
  return runComponent({
    name: 'bus',
    build: ({ config, log }) => [new BusServer({ ...busServerOptions(config, natsServerBinary(process.env, ownFile)), provision: provisionApart(ownFile), log })],
  });
};
