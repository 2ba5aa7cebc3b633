import { fileURLToPath } from 'node:url';
import { BusServer, busServerOptions, natsServerBinary } from '@axion/bus';
import { runComponent } from '@axion/service-kit';

// The bus as its unit runs it: the same supervisor of nats-server that `axion run` has inside, so a damaged store or a full
// disk is met in the same way, and the unit is ready only once the streams are.
await runComponent({
  name: 'bus',
  build: ({ config, log }) => [new BusServer({ ...busServerOptions(config, natsServerBinary(process.env, fileURLToPath(import.meta.url))), log })],
});
