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
export const provideEverything = (children) => provide(children, { kafka: true, docker: true });

/**
 * Brings the toolchain, the bus's server and what else is asked for.
 *
 * @param {Children} children
 * @param {{ kafka: boolean, docker: boolean }} wanted
 * @returns {Promise<Record<string, string>>}
 */
export const provide = async (children, wanted) => {
  await installToolchain(children);
  await installPackages(children);
  const natsServer = await provideNatsServer(children);
  const kafkaLibs = wanted.kafka && process.env['KAFKA_BROKERS'] === undefined ? await provideKafka(children) : undefined;
  const docker = wanted.docker ? await provideDocker(children) : undefined;
  return {
    PATH: [toolchainEnv().PATH, bin].join(delimiter),
    AXION_TEST_NATS_SERVER: natsServer,
    ...(kafkaLibs === undefined ? {} : { AXION_TEST_KAFKA_LIBS: kafkaLibs }),
    ...(docker === undefined ? {} : { AXION_TEST_REGISTRY_BINARY: docker.registry, AXION_TEST_BUSYBOX: docker.busybox }),
    ...(docker?.host === undefined ? {} : { DOCKER_HOST: docker.host }),
  };
};
