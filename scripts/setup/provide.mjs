// What tests and the demo need on the machine, in the order in which the one needs the other.
import { installPackages, installToolchain } from './toolchain.mjs';
import { provideKafka } from './kafka.mjs';
import { provideNatsServer } from './nats-server.mjs';

/** @typedef {import('./children.mjs').Children} Children */

/** @param {Children} children */
export const provideEverything = async (children) => {
  await installToolchain(children);
  await installPackages(children);
  const natsServer = await provideNatsServer(children);
  const kafkaLibs = process.env['KAFKA_BROKERS'] === undefined ? await provideKafka(children) : undefined;
  return { natsServer, kafkaLibs };
};
