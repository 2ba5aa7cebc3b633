import { ByteSink, corrupt } from './byte-sink.ts';

/** Snappy's raw block format (https://github.com/google/snappy/blob/main/format_description.txt). */
const unpackBlock = (block: Uint8Array): Buffer => {
  let at = 0;
  const byte = (): number => {
    const value = block[at++];
    if (value === undefined) throw corrupt('snappy', 'it is cut off');
    return value;
  };
  const littleEndian = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += byte() * 2 ** (8 * i);
    return value;
  };
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const part = byte();
    if (shift > 28) throw corrupt('snappy', 'its length is not a 32-bit number');
    size += (part & 0x7f) * 2 ** shift;
    if (part < 0x80) break;
  }
  const sink = new ByteSink('snappy', size);
  while (at < block.length) {
    const tag = byte();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const count = (short < 60 ? short : littleEndian(short - 59)) + 1;
      sink.literal(block, at, count);
      at += count;
    } else if (kind === 1) sink.copy(((tag >> 5) << 8) + byte(), ((tag >> 2) & 7) + 4);
    else sink.copy(littleEndian(kind === 2 ? 2 : 4), (tag >> 2) + 1);
  }
  if (sink.length !== size) throw corrupt('snappy', `it holds ${sink.length} bytes where ${size} were announced`);
  return sink.result();
};

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/**
 * Unpacks what producers mean by snappy: Java's and those that imitate it put raw blocks into the framing of
 * `snappy-java` (magic, two versions, then length and block by turns); others send one raw block.
 *
 * @throws {AxionError} `DATA_LOSS`
 */
export const unpackSnappy = (packed: Buffer): Buffer => {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return unpackBlock(packed);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < packed.length; ) {
    if (at + 4 > packed.length) throw corrupt('snappy', 'it is cut off');
    const size = packed.readInt32BE(at);
    at += 4;
    if (size < 0 || at + size > packed.length) throw corrupt('snappy', 'a block is longer than the batch');
    blocks.push(unpackBlock(packed.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(blocks);
};
