import { chmod, link, mkdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AxionError } from '@axion/core';
import { runProgram } from '../program/run-program.ts';

export interface ImageInfo {
  readonly format: string;
  readonly virtualBytes: number;
  /** The file it continues, if any. */
  readonly backing?: string;
  /** Its data is in another file, which no disk of the agent has. */
  readonly external: boolean;
}

/** Bytes in what specs call a GB. */
export const GB = 1024 ** 3;
const DEADLINE_MS = 120_000;

/** Whether there is anything at a path; a path that cannot be looked at is an error, not an absence. */
export const imageExists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new AxionError('FAILED_PRECONDITION', `disk ${path} cannot be looked at: ${(error as Error).message}`, { reason: 'STORAGE_ERROR', cause: error });
  }
};

const qemuImg = async (what: string, args: readonly string[], signal: AbortSignal): Promise<string> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    const { code, stdout, stderr } = await runProgram({ command: 'qemu-img', args, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } }, within);
    if (code === 0) return stdout;
    throw new AxionError('FAILED_PRECONDITION', `cannot ${what}: ${stderr.replace(/^qemu-img: /, '').trim().slice(-500)}`, { reason: 'STORAGE_ERROR' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new AxionError('FAILED_PRECONDITION', `cannot ${what}: qemu-img is not installed; install qemu-utils`, { reason: 'STORAGE_ERROR', retryable: false, cause: error });
  }
};

/**
 * What an image is. The format is guessed only where nothing was agreed on yet: a guest can write whatever it likes into a
 * raw disk, also what looks like another format that names files of the host.
 */
export const imageInfo = async (path: string, format: string | undefined, signal: AbortSignal): Promise<ImageInfo> => {
  // `-U`: a running guest holds the image.
  const printed = await qemuImg(`read disk ${path}`, ['info', '-U', '--output=json', ...(format === undefined ? [] : ['-f', format]), path], signal);
  const info = JSON.parse(printed) as {
    readonly format: string;
    readonly 'virtual-size': number;
    readonly 'backing-filename'?: string;
    readonly 'full-backing-filename'?: string;
    readonly 'format-specific'?: { readonly data?: { readonly 'data-file'?: string } };
  };
  const backing = info['full-backing-filename'] ?? info['backing-filename'];
  return { format: info.format, virtualBytes: info['virtual-size'], external: info['format-specific']?.data?.['data-file'] !== undefined, ...(backing === undefined ? {} : { backing }) };
};

/** Makes an empty image under a name of its own and gives it its name at the end: what has the name is whole. What exists is never replaced. @returns whether it was made */
export const createImage = async (path: string, format: string, sizeGb: number, signal: AbortSignal): Promise<boolean> => {
  const draft = `${path}.axion-new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o711 });
  await unlink(draft).catch(() => undefined);
  await qemuImg(`create disk ${path}`, ['create', '-q', '-f', format, draft, String(sizeGb * GB)], signal);
  // Names of disks can be guessed, and the folder lets everybody pass; libvirt hands the image to QEMU's user at a start.
  await chmod(draft, 0o600);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new AxionError('FAILED_PRECONDITION', `cannot create disk ${path}: ${(error as Error).message}`, { reason: 'STORAGE_ERROR', cause: error });
    return false;
  } finally {
    await unlink(draft);
  }
};

/** Grows an image that nobody uses. */
export const growImage = async (path: string, format: string, sizeGb: number, signal: AbortSignal): Promise<void> => {
  await qemuImg(`grow disk ${path}`, ['resize', '-q', '-f', format, path, String(sizeGb * GB)], signal);
};
