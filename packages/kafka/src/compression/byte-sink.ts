import { AxionError } from '@axion/core';

/** Far above what a batch of the largest commands unpacks to; a batch that claims more is not worth the memory. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

export const corrupt = (codec: string, why: string): AxionError =>
  new AxionError('DATA_LOSS', `a ${codec} batch cannot be unpacked: ${why}`, { reason: 'CORRUPT_BATCH', details: { codec } });

/**
 * Where a decompressor of the LZ77 family writes: literals from its input, and copies of what it wrote before.
 *
 * Invariant: nothing is read or written outside the bytes that exist; whatever would do so throws `DATA_LOSS`.
 */
export class ByteSink {
  readonly #codec: string;
  #bytes: Buffer;
  #length = 0;

  constructor(codec: string, expected: number) {
    this.#codec = codec;
    this.#bytes = Buffer.allocUnsafe(this.#checked(expected));
  }

  get length(): number {
    return this.#length;
  }

  literal(source: Uint8Array, from: number, count: number): void {
    if (from + count > source.length) throw corrupt(this.#codec, 'it ends in the middle of a literal');
    this.#reserve(count);
    this.#bytes.set(source.subarray(from, from + count), this.#length);
    this.#length += count;
  }

  /** Repeats `count` bytes from `distance` before the end; they may overlap what is being written. */
  copy(distance: number, count: number): void {
    if (distance < 1 || distance > this.#length) throw corrupt(this.#codec, 'it refers to bytes before its beginning');
    this.#reserve(count);
    const bytes = this.#bytes;
    let to = this.#length;
    const end = to + count;
    if (distance >= count) bytes.copyWithin(to, to - distance, to - distance + count);
    else while (to < end) bytes[to] = bytes[to++ - distance]!;
    this.#length = end;
  }

  result(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#checked(needed), Math.min(this.#bytes.length * 2, MAX_UNPACKED_BYTES)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  #checked(size: number): number {
    if (size > MAX_UNPACKED_BYTES) throw corrupt(this.#codec, `it claims ${size} bytes; at most ${MAX_UNPACKED_BYTES} are unpacked`);
    return size;
  }
}
