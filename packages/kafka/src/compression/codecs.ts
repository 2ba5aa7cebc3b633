import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { AxionError } from '@axion/core';
import kafkajs from 'kafkajs';
import { unpackLz4 } from './lz4.ts';
import { unpackSnappy } from './snappy.ts';

/** What kafkajs asks of a codec; `compress` is handed its own encoder. */
interface KafkaCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(packed: Buffer): Promise<Buffer>;
}

const readOnly = (name: string, unpack: (packed: Buffer) => Buffer): KafkaCodec => ({
  compress: () => Promise.reject(new AxionError('UNIMPLEMENTED', `the agent reads ${name} but sends gzip or nothing`)),
  decompress: async (packed) => unpack(packed),
});

const pack = promisify(zstdCompress);
const unpack = promisify(zstdDecompress);
const zstd: KafkaCodec = { compress: ({ buffer }) => pack(buffer), decompress: (packed) => unpack(packed) };

/**
 * Teaches kafkajs, which has gzip alone, the codecs that producers may choose. Its registry is one for the process, so
 * this is called once, where the client is made.
 */
export const registerCodecs = (): void => {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = () => readOnly('snappy', unpackSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => readOnly('lz4', unpackLz4);
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
};
