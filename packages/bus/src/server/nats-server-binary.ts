import { delimiter, join } from 'node:path';
import { AxionError } from '@axion/core';
import { isExecutable } from './executable.ts';

/**
 * The nats-server program: `$AXION_NATS_SERVER`, beside the running Node (a release), `.dev/bin` of a checkout, `$PATH`.
 *
 * @param ownFile the asking program's own file, `apps/NAME/src/main.ts` or `apps/NAME/dist/main.js` in a checkout
 * @throws {AxionError} `FAILED_PRECONDITION` saying where it was looked for
 */
export const natsServerBinary = (env: NodeJS.ProcessEnv, ownFile: string): string => {
  const given = env['AXION_NATS_SERVER'];
  const places = given
    ? [given]
    : [
        join(process.execPath, '..', 'nats-server'),
        join(ownFile, '..', '..', '..', '..', '.dev', 'bin', 'nats-server'),
        ...(env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'nats-server')),
      ];
  const found = places.find(isExecutable);
  if (found === undefined) {
    throw new AxionError('FAILED_PRECONDITION', `nats-server is not found (looked in ${places.slice(0, 2).join(', ')} and on PATH): install nats-server 2.12 or newer, or in a checkout run \`npm run setup\``);
  }
  return found;
};
