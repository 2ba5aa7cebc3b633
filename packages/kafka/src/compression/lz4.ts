import { ByteSink, corrupt } from './byte-sink.ts';

const MAGIC = 0x184d2204;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_DICTIONARY = 0x01;
const NOT_COMPRESSED = 0x80000000;

/** One block of LZ4 (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), appended to what came before it. */
const unpackBlock = (block: Uint8Array, sink: ByteSink): void => {
  let at = 0;
  const byte = (): number => {
    const value = block[at++];
    if (value === undefined) throw corrupt('lz4', 'it is cut off');
    return value;
  };
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble === 15) {
      let more = 255;
      while (more === 255) total += more = byte();
    }
    return total;
  };
  while (at < block.length) {
    const token = byte();
    const literals = length(token >> 4);
    sink.literal(block, at, literals);
    at += literals;
    // The last sequence of a block has no match.
    if (at === block.length) return;
    const distance = byte() + (byte() << 8);
    sink.copy(distance, length(token & 15) + 4);
  }
};

/**
 * Unpacks LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md) as Kafka's producers write them.
 * Checksums are passed over: the batch around them has its own CRC-32C, and the broker has verified it.
 *
 * @throws {AxionError} `DATA_LOSS`
 */
export const unpackLz4 = (packed: Buffer): Buffer => {
  const sink = new ByteSink('lz4', Math.min(packed.length * 4, 1024 * 1024));
  let at = 0;
  const word = (): number => {
    if (at + 4 > packed.length) throw corrupt('lz4', 'it is cut off');
    at += 4;
    return packed.readUInt32LE(at - 4);
  };
  while (at < packed.length) {
    if (word() !== MAGIC) throw corrupt('lz4', 'a frame does not begin with its magic number');
    const flags = packed[at] ?? 0;
    if ((flags & FLAG_DICTIONARY) !== 0) throw corrupt('lz4', 'it needs a dictionary');
    // Flags, largest block, content size where there is one, header checksum.
    at += 2 + ((flags & FLAG_CONTENT_SIZE) === 0 ? 0 : 8) + 1;
    for (let size = word(); size !== 0; size = word()) {
      const stored = size >= NOT_COMPRESSED;
      const count = stored ? size - NOT_COMPRESSED : size;
      if (at + count > packed.length) throw corrupt('lz4', 'a block is longer than the batch');
      if (stored) sink.literal(packed, at, count);
      else unpackBlock(packed.subarray(at, at + count), sink);
      at += count + ((flags & FLAG_BLOCK_CHECKSUM) === 0 ? 0 : 4);
    }
    if ((flags & FLAG_CONTENT_CHECKSUM) !== 0) at += 4;
  }
  return sink.result();
};
