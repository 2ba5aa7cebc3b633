// Where things are in a checkout.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** All that the set-up fetches or makes; ignored by git, safe to delete. */
export const dev = join(root, '.dev');

/** Native binaries. */
export const bin = join(dev, 'bin');

/** What long commands printed, one file a command. */
export const logs = join(dev, 'logs');
