// `install.sh` as it is released: one file that stands alone, joined from the parts in deploy/install.
// Run by itself, it prints it: node scripts/bundle/installer.mjs >install.sh
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { root } from '../setup/paths.mjs';

/** Folder of the parts. */
export const installerParts = join(root, 'deploy/install');

/** The parts in their order: what one does at once, when it is read, needs those before it. */
export const INSTALLER_ORDER = ['head', 'arguments', 'host', 'workplace', 'undo', 'given', 'verify', 'release', 'generated', 'configuration', 'folders', 'running', 'install', 'remove', 'main'];

/**
 * The whole text of `install.sh`.
 * @returns {Promise<string>}
 */
export const installer = async () => (await Promise.all(INSTALLER_ORDER.map((part) => readFile(join(installerParts, `${part}.sh`), 'utf8')))).join('\n');

if (argv[1] === fileURLToPath(import.meta.url)) stdout.write(await installer());
