// What tests and the demo need on the machine, and how the programs started next are told of it.
import { delimiter } from 'node:path';
import { provideDocker } from './docker.mjs';
import { provideKafka } from './kafka.mjs';
import { provideNatsServer } from './nats-server.mjs';
import { bin } from './paths.mjs';
import { installPackages, installToolchain, toolchainEnv } from './toolchain.mjs';

/** @typedef {import('./children.mjs').Children} Children */

/**
 * Brings everything and gives the environment that names it.
 *
 * @param {Children} children
 * @returns {Promise<Record<string, string>>}
 */
export const provideEverything = async (children) => {
  await installToolchain(children);
  await installPackages(children);
  const natsServer = await provideNatsServer(children);
  const kafkaLibs = process.env['KAFKA_BROKERS'] === undefined ? await provideKafka(children) : undefined;
  const docker = await provideDocker(children);
  return {
    PATH: [toolchainEnv().PATH, bin].join(delimiter),
    AXION_TEST_NATS_SERVER: natsServer,
    AXION_TEST_REGISTRY_BINARY: docker.registry,
    AXION_TEST_BUSYBOX: docker.busybox,
    ...(kafkaLibs === undefined ? {} : { AXION_TEST_KAFKA_LIBS: kafkaLibs }),
    ...(docker.host === undefined ? {} : { DOCKER_HOST: docker.host }),
  };
};
