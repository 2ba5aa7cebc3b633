import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import { unpackLz4 } from './lz4.ts';
import { unpackSnappy } from './snappy.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const repeated = 'abcabcabcabcabcabcabc';

// A literal "abc", then a copy of 18 bytes from 3 before the end: bytes that overlap what is being written.
const snappyBlock = hex('15 08 616263 46 0300');
const xerial = Buffer.concat([hex('82534e4150505900 00000001 00000001'), hex('00000008'), snappyBlock, hex('00000008'), snappyBlock]);

test('snappy: one raw block, and the framing of Java producers', () => {
  expect(unpackSnappy(snappyBlock).toString()).toBe(repeated);
  expect(unpackSnappy(xerial).toString()).toBe(repeated + repeated);
});

// Token: 3 literals, a match of 4 + 14 bytes from 3 before the end.
const lz4Block = hex('3e 616263 0300');
const lz4 = Buffer.concat([hex('04224d18 40 40 c0'), hex('06000000'), lz4Block, hex('03000080'), Buffer.from('end'), hex('00000000')]);

test('lz4: packed and stored blocks of a frame', () => {
  expect(unpackLz4(lz4).toString()).toBe(`${repeated}end`);
});

test.each([
  ['snappy that is cut off', () => unpackSnappy(snappyBlock.subarray(0, 4))],
  ['snappy that ends in a tag', () => unpackSnappy(snappyBlock.subarray(0, 6))],
  ['snappy that refers before its beginning', () => unpackSnappy(hex('04 02 0900'))],
  ['snappy that claims gigabytes', () => unpackSnappy(hex('ffffffff0f 00'))],
  ['snappy shorter than announced', () => unpackSnappy(hex('15 08 616263'))],
  ['xerial with a block beyond its end', () => unpackSnappy(xerial.subarray(0, 39))],
  ['lz4 that is cut off', () => unpackLz4(lz4.subarray(0, 13))],
  ['lz4 without its magic number', () => unpackLz4(hex('00000000 40'))],
  ['lz4 that refers before its beginning', () => unpackLz4(Buffer.concat([hex('04224d18 40 40 c0 03000000 00 0500'), hex('00000000')]))],
])('%s is refused', (_what, unpack) => {
  expect(unpack).toThrow(expect.objectContaining({ code: 'DATA_LOSS', reason: 'CORRUPT_BATCH' }));
});

test('damaged bytes give a text or the one error, never another', () => {
  const damaged = (sound: Buffer) => fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((bytes) => {
    const copy = Buffer.from(sound);
    for (const [at, byte] of bytes) copy[at] = byte;
    return copy;
  });
  const only = (unpack: (packed: Buffer) => Buffer) => (packed: Buffer) => {
    try {
      unpack(packed);
    } catch (error) {
      expect(error).toBeInstanceOf(AxionError);
    }
  };
  fc.assert(fc.property(damaged(xerial), only(unpackSnappy)), { numRuns: 2000 });
  fc.assert(fc.property(damaged(lz4), only(unpackLz4)), { numRuns: 2000 });
});
