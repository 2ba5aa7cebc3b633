import { statfs } from 'node:fs/promises';
import { withDeadline } from '@axion/core';

/** Bytes and files of one file system. */
export interface Space {
  readonly size: number;
  readonly free: number;
  readonly available: number;
  readonly files: number;
  readonly filesFree: number;
}

/** What statfs(2) gives, as Node names it. */
export type StatFs = (path: string) => Promise<{ bsize: number; blocks: number; bfree: number; bavail: number; files: number; ffree: number }>;

/** Longer than any disk of the host takes, shorter than the shortest useful interval. Milliseconds. */
const ANSWER_MS = 1_000;
/** libuv has four threads for all file work; at most this many may hang in file systems that are gone. */
const MAX_HANGING = 2;

/**
 * statfs(2) without its trap: on a network file system whose server is gone it never returns, and a thread is lost for as
 * long. Invariants: a mount point has at most one call under way; with two calls hanging no further one is made until
 * one of them returns. Callers ask for one mount point at a time.
 */
export class FileSystemSpace {
  readonly #hanging = new Set<string>();
  readonly #statfs: StatFs;
  readonly #answerMs: number;

  constructor(call: StatFs = async (path) => statfs(path, { bigint: false }), answerMs: number = ANSWER_MS) {
    this.#statfs = call;
    this.#answerMs = answerMs;
  }

  /** `undefined` when the file system gives no answer: refused, gone, or hanging. */
  async of(mountPoint: string): Promise<Space | undefined> {
    if (this.#hanging.has(mountPoint) || this.#hanging.size >= MAX_HANGING) return undefined;
    try {
      const stats = await withDeadline(`statfs ${mountPoint}`, this.#answerMs, () => this.#call(mountPoint));
      return {
        size: stats.blocks * stats.bsize,
        free: stats.bfree * stats.bsize,
        available: stats.bavail * stats.bsize,
        files: stats.files,
        filesFree: stats.ffree,
      };
    } catch {
      return undefined;
    }
  }

  async #call(mountPoint: string): ReturnType<StatFs> {
    this.#hanging.add(mountPoint);
    try {
      return await this.#statfs(mountPoint);
    } finally {
      this.#hanging.delete(mountPoint);
    }
  }
}
