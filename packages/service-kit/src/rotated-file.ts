import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A log file that is rotated by size: `agent.log`, `agent.log.1` (the newest) … `agent.log.N`.
 *
 * Invariants: a line is on its way to the disk when `write` returns, so a crash loses none; no line is split over two files;
 * the file never grows past `maxBytes` by more than one line.
 */
export class RotatedFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  #fd: number;
  #size: number;

  /** @throws when the folder or file cannot be made */
  constructor(path: string, maxBytes: number, maxFiles: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, 'a', 0o640);
    this.#size = fstatSync(this.#fd).size;
  }

  /** @throws when the disk does not take it */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#size > 0 && this.#size + bytes.length > this.#maxBytes) this.#rotate();
    writeSync(this.#fd, bytes);
    this.#size += bytes.length;
  }

  #rotate(): void {
    closeSync(this.#fd);
    try {
      rmSync(`${this.#path}.${this.#maxFiles}`, { force: true });
      for (let index = this.#maxFiles - 1; index >= 0; index--) this.#shift(index);
    } finally {
      this.#fd = openSync(this.#path, 'a', 0o640);
      this.#size = fstatSync(this.#fd).size;
    }
  }

  #shift(index: number): void {
    try {
      renameSync(index === 0 ? this.#path : `${this.#path}.${index}`, `${this.#path}.${index + 1}`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}
