import { expect, test } from 'vitest';
import { dropLanguages } from './icu-data.ts';

const HEADER = 32;

/** A program with a package of ICU's data inside, each item's bytes filled with one letter of its own. */
const programWith = (names: readonly string[]): Buffer => {
  const texts = names.map((name) => Buffer.from(`icudt78l/${name}\0`));
  const head = Buffer.alloc(HEADER);
  head.writeUInt16LE(HEADER);
  head.set([0xda, 0x27], 2);
  head.write('CmnD', 12);
  const table = Buffer.alloc(4 + names.length * 8);
  table.writeUInt32LE(names.length);
  let [nameAt, dataAt] = [table.length, table.length + Buffer.concat(texts).length];
  texts.forEach((text, index) => {
    table.writeUInt32LE(nameAt, 4 + index * 8);
    table.writeUInt32LE(dataAt, 8 + index * 8);
    nameAt += text.length;
    dataAt += 16;
  });
  // The four letters alone, as code that looks for them has them too, are no package.
  return Buffer.concat([Buffer.from('....CmnD........code'), head, table, ...texts, ...names.map((_, index) => Buffer.alloc(16, 'a'.charCodeAt(0) + index)), Buffer.from('more code')]);
};

/** What ICU finds: each name with the letter its data begins with. */
const found = (program: Buffer): Record<string, string> => {
  const table = program.indexOf(Buffer.from([0xda, 0x27])) - 2 + HEADER;
  const entries = Array.from({ length: program.readUInt32LE(table) }, (_, index) => {
    const [name, data] = [table + program.readUInt32LE(table + 4 + index * 8), table + program.readUInt32LE(table + 8 + index * 8)];
    return [program.toString('latin1', name, program.indexOf(0, name)).slice('icudt78l/'.length), String.fromCharCode(program[data]!)] as const;
  });
  return Object.fromEntries(entries);
};

test('languages and legacy character sets go; the root, English and what has no language stay where they were', () => {
  const program = programWith(['big5.cnv', 'brkitr/char.brk', 'brkitr/thaidict.dict', 'coll/de.res', 'coll/root.res', 'de.res', 'en_GB.res', 'pool.res', 'sr_Latn_RS.res', 'supplementalData.res', 'zone/root.res', 'zone/tzdbNames.res', 'zu.res']);
  const size = program.length;
  expect(dropLanguages(program)).toBe(5 * 16);
  expect(found(program)).toEqual({ 'brkitr/char.brk': 'b', 'coll/root.res': 'e', 'en_GB.res': 'g', 'pool.res': 'h', 'supplementalData.res': 'j', 'zone/root.res': 'k', 'zone/tzdbNames.res': 'l', 'zu.res': 'm' });
  expect([program.length, program.subarray(-9).toString()]).toEqual([size, 'more code']);
  expect(program.includes('dddd')).toBe(false);
});

test('a program without ICU data is refused', () => expect(() => dropLanguages(Buffer.from('CmnD'))).toThrow('no ICU data'));
