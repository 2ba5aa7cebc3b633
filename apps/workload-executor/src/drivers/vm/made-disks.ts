import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolved } from './resolved-path.ts';

const noteOf = (folder: string, place: string): string => join(folder, `.made-${createHash('sha256').update(place).digest('hex').slice(0, 32)}`);
const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}\n`;

/**
 * Notes in a machine's folder that a disk elsewhere was made for it: a raw disk cannot say so itself, and without the note
 * any file of the host could be claimed.
 */
export const noteMade = async (folder: string, path: string): Promise<void> => {
  const place = await resolved(path);
  if (!place.startsWith(`${await resolved(folder)}/`)) await writeFile(noteOf(folder, place), identity(await stat(place)), { mode: 0o600 });
};

/** Whether this very file was made for the machine. @param place without links */
export const wasMade = async (folder: string, place: string, file: Stats): Promise<boolean> => (await readFile(noteOf(folder, place), 'utf8').catch(() => '')) === identity(file);
