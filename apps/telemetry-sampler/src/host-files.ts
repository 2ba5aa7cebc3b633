import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { AxionError } from '@axion/core';
import type { ErrorCode } from '@axion/core';

/** The kernel's files as the sampler reads them. Whole and synchronous: they come from memory, and this process waits for nothing else. */
export interface HostFiles {
  /** @throws {AxionError} naming the path and why it cannot be read; `NOT_FOUND` when it is not there. */
  text(path: string): string;
  /** What tells a file from all others: two paths with the same are one file. @throws {AxionError} as `text` */
  identity(path: string): number;
  /** Names of the folders in a folder. @throws {AxionError} as `text` */
  folders(path: string): readonly string[];
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'NOT_FOUND',
  ENOTDIR: 'NOT_FOUND',
  // A cgroup or a process that ends between open and read.
  ENODEV: 'NOT_FOUND',
  ESRCH: 'NOT_FOUND',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
};

const unreadable = (path: string, cause: unknown): AxionError => {
  const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  return new AxionError(CODES[errno] ?? 'UNAVAILABLE', `cannot read ${path}: ${errno}`, { reason: errno, cause });
};

/** True when what was to be read has gone: a container that ended during the pass is no fault. */
export const isGone = (thrown: unknown): boolean => thrown instanceof AxionError && thrown.code === 'NOT_FOUND';

/** The host's own view, which is that of process 1; this process's where that one is hidden from it (not root, `hidepid`). */
export const textOfHost = (files: HostFiles, proc: string, file: string): string => {
  try {
    return files.text(`${proc}/1/${file}`);
  } catch {
    return files.text(`${proc}/self/${file}`);
  }
};

/**
 * Reads through one buffer that is kept between passes: a pass of some thousand small reads then leaves nothing for the
 * garbage collector but the strings. Kernel files report size 0, so each is read until it gives no more.
 */
export class KernelFiles implements HostFiles {
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);

  text(path: string): string {
    try {
      const file = openSync(path, 'r');
      try {
        return this.#drain(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  identity(path: string): number {
    try {
      return statSync(path).ino;
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  folders(path: string): readonly string[] {
    try {
      return readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  #drain(file: number): string {
    let length = 0;
    for (;;) {
      const got = readSync(file, this.#buffer, length, this.#buffer.length - length, null);
      if (got === 0) return this.#buffer.toString('utf8', 0, length);
      length += got;
      if (length === this.#buffer.length) {
        const larger = Buffer.allocUnsafeSlow(length * 2);
        this.#buffer.copy(larger, 0, 0, length);
        this.#buffer = larger;
      }
    }
  }
}
