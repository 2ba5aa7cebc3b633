// Debian's packages, for what the machine lacks.
import { run, which } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { step } from './progress.mjs';

/** Debian asks this file whether an installation may start services; 101 says no. */
const servicePolicy = '/usr/sbin/policy-rc.d';

/**
 * What a machine has to have, and the packages that bring it.
 *
 * @typedef {object} Need
 * @property {readonly string[]} packages
 * @property {string} why
 * @property {string} otherwise what a person can do where packages cannot be installed
 */

/**
 * Installs packages unless all of `programs` are there.
 *
 * @param {import('./children.mjs').Children} children
 * @param {Need & { programs: readonly string[] }} wanted
 */
export const needPrograms = (children, { programs, ...need }) =>
  needPackages(children, { ...need, missing: async () => programs.filter((program) => which(program) === undefined) });

/**
 * Installs packages unless nothing is missing.
 *
 * @param {import('./children.mjs').Children} children
 * @param {Need & { missing: () => Promise<readonly string[]> }} wanted
 */
export const needPackages = async (children, { missing, packages, why, otherwise }) => {
  const lacking = await missing();
  if (lacking.length === 0) return;
  const list = packages.join(' ');
  const cannot = (/** @type {string} */ reason) =>
    new SetupFailure(`${lacking.join(' and ')} missing (${why}), and Debian's packages (${list}) cannot be installed: ${reason}. ${otherwise}`);
  if (which('apt-get') === undefined) throw cannot('there is no apt-get here');
  if (process.getuid?.() !== 0) throw cannot(`that takes root; run "apt-get install --no-install-recommends ${list}" as root and try again`);
  await step(`Installing Debian's ${list}: ${why}`, async (detail) => {
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, onLine: detail, interruptible: false };
    await withoutStartingServices(async () => {
      try {
        await run(children, 'apt-get', ['update', '-q'], { ...options, log: 'apt-update' });
        await run(children, 'apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { ...options, log: 'apt-install' });
      } catch (error) {
        throw cannot(error instanceof Error ? error.message : String(error));
      }
    });
  });
  const still = await missing();
  if (still.length > 0) throw cannot(`they were installed, but ${still.join(' and ')} is still not there`);
};

/**
 * Debian starts a service as soon as its package is installed; the set-up starts its own instead and stops them again.
 *
 * @param {() => Promise<void>} work
 */
const withoutStartingServices = async (work) => {
  const ours = !existsSync(servicePolicy);
  if (ours) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (ours) rmSync(servicePolicy, { force: true });
  }
};
