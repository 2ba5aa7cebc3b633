import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError } from '@axion/core';
import { runProgram } from '../program/run-program.ts';
import type { SeedDocuments } from './seed-documents.ts';

export interface Seed {
  readonly path: string;
  /** SHA-256 of the image. */
  readonly checksum: string;
  readonly bytes: number;
}

/** Programs that write ISO 9660 images, all with the options of mkisofs. */
const WRITERS: readonly (readonly [command: string, ...args: string[]])[] = [['genisoimage'], ['xorriso', '-as', 'mkisofs'], ['mkisofs']];
const DEADLINE_MS = 60_000;
const PREFIX = 'seed-';
const OWN = /^seed-[0-9a-f]{16}\.iso$/;

/**
 * Writes the seed of a virtual machine as an image labelled `cidata`, named after its contents: the same contents are the
 * same file, and one that a running guest reads is never written to.
 *
 * @param folder the machine's own, readable by the agent alone
 * @throws {AxionError} `FAILED_PRECONDITION` when no program writes such images here
 */
export const writeSeed = async (folder: string, documents: SeedDocuments, signal: AbortSignal): Promise<Seed> => {
  const name = createHash('sha256').update(JSON.stringify(documents)).digest('hex').slice(0, 16);
  const path = join(folder, `${PREFIX}${name}.iso`);
  if (!(await stat(path).then(() => true, () => false))) {
    const work = await mkdtemp(join(folder, '.draft-'));
    try {
      for (const [file, text] of Object.entries(documents)) await writeFile(join(work, file), text, { mode: 0o600 });
      await writeImage(work, Object.keys(documents), signal);
      // It may hold passwords; libvirt hands it to QEMU's user when the machine starts.
      await chmod(join(work, 'image'), 0o600);
      await rename(join(work, 'image'), path);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const image = await readFile(path);
  return { path, checksum: createHash('sha256').update(image).digest('hex'), bytes: image.length };
};

/** Removes seeds that no domain refers to any more. They are made of the spec, so nothing is lost. */
export const removeSeeds = async (folder: string, kept: ReadonlySet<string>): Promise<void> => {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    // A disk of the machine may have a name that begins alike.
    if ((OWN.test(name) && !kept.has(path)) || /^\.draft-\w{6}$/.test(name)) await rm(path, { recursive: true, force: true });
  }
};

const writeImage = async (work: string, files: readonly string[], signal: AbortSignal): Promise<void> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  for (const [command, ...first] of WRITERS) {
    const args = [...first, '-quiet', '-output', 'image', '-volid', 'cidata', '-joliet', '-rock', ...files];
    try {
      const { code, stderr } = await runProgram({ command, args, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }, cwd: work }, within);
      if (code === 0) return;
      throw new AxionError('INTERNAL', `${command} could not write the cloud-init seed: ${stderr.trim().slice(-300)}`, { reason: 'STORAGE_ERROR' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new AxionError('FAILED_PRECONDITION', 'no program writes ISO images here, so the cloud-init seed cannot be made; install genisoimage or xorriso', { reason: 'SEED_WRITER_MISSING', retryable: false });
};
