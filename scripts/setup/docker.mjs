// What the Docker side needs: an engine that answers or one to start, a registry, and busybox to make images of.
import { request } from 'node:http';
import { debianBinary } from './debian-binary.mjs';
import { needPrograms } from './debian.mjs';

/** @typedef {import('./children.mjs').Children} Children */

/** Where an engine of the user's own is looked for. */
const ownHost = () => process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';

/**
 * @param {Children} children
 * @returns {Promise<{ host: string | undefined, registry: string, busybox: string }>} `host` is the engine that answers already;
 *   where there is none, the programs to start a private one are there
 */
export const provideDocker = async (children) => {
  const host = (await answers(ownHost())) ? ownHost() : undefined;
  if (host === undefined) {
    await needPrograms(children, {
      programs: ['dockerd', 'containerd', 'runc'],
      packages: ['docker.io'],
      why: `no Docker engine answers at ${ownHost()}, so a private one is started from it`,
      otherwise: 'Or start Docker, or set DOCKER_HOST to an engine that is, or may become, a swarm manager.',
    });
  }
  const otherwise = 'Fetch the package by hand or run this on Debian 12.';
  const registry = await debianBinary(children, {
    name: 'docker-registry',
    package: 'docker-registry',
    path: 'usr/bin/docker-registry',
    why: 'a real image registry on loopback, so that pulls are real',
    otherwise,
  });
  const busybox = await debianBinary(children, {
    name: 'busybox',
    package: 'busybox-static',
    path: 'bin/busybox',
    why: 'what demo and test images are made of',
    otherwise,
  });
  return { host, registry, busybox };
};

/**
 * Whether an engine answers there.
 *
 * @param {string} host
 * @returns {Promise<boolean>}
 */
const answers = (host) =>
  new Promise((resolve) => {
    const url = new URL(host);
    const where = url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || 2375 };
    const call = request({ ...where, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(false));
    call.end();
  });
