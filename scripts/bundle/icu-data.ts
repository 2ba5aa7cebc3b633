/** A package of ICU's data, as ICU's `ucmndata.h` lays it out: a header, then a table of (name, data) offsets sorted by name. */
const FORMAT = 'CmnD';
/** Where the format stands in the header, and the two bytes that say that this is one. */
const FORMAT_AT = 12;
const MAGIC = [0xda, 0x27] as const;
const ENTRY = 8;

/** Data of a language, its own or in one of the trees (`zone/de.res`); the root and English are what all others fall back to. */
const LANGUAGE = /^(?:(?:brkitr|coll|curr|lang|rbnf|region|translit|unit|zone)\/)?(?!root|en[._]|pool\.|res_index\.)[a-z]{2,3}(?:_\w+)?\.res$/;
/** Legacy character sets, words of languages that are written without spaces, and scripts turned into others. */
const SPECIAL = /\.cnv$|\.dict$|^translit\//;

const startOf = (program: Buffer): number => {
  for (let at = program.indexOf(FORMAT); at !== -1; at = program.indexOf(FORMAT, at + 1)) {
    const start = at - FORMAT_AT;
    if (program[start + 2] === MAGIC[0] && program[start + 3] === MAGIC[1]) return start;
  }
  throw new Error('no ICU data was found in this program');
};

/**
 * Takes the data of languages and legacy character sets out of a Node program, in place: a tenth of the program, of which the
 * agent speaks none. Their room becomes zeros, which weigh nothing once packed, and the table no longer names them, so that ICU
 * falls back to its root as in a Node that was built small.
 *
 * @returns bytes that became zeros
 */
export const dropLanguages = (program: Buffer): number => {
  const start = startOf(program);
  const table = start + program.readUInt16LE(start);
  const entryAt = (index: number): number => table + 4 + index * ENTRY;
  const count = program.readUInt32LE(table);
  let kept = 0;
  let dropped = 0;
  for (let index = 0; index < count; index += 1) {
    const [nameOffset, from] = [program.readUInt32LE(entryAt(index)), program.readUInt32LE(entryAt(index) + 4)];
    const nameAt = table + nameOffset;
    const name = program.toString('latin1', nameAt, program.indexOf(0, nameAt)).replace(/^[^/]+\//, '');
    // The last one's end is written nowhere.
    const to = index + 1 < count ? program.readUInt32LE(entryAt(index + 1) + 4) : from;
    if (to > from && (LANGUAGE.test(name) || SPECIAL.test(name))) {
      program.fill(0, table + from, table + to);
      dropped += to - from;
      continue;
    }
    program.writeUInt32LE(nameOffset, entryAt(kept));
    program.writeUInt32LE(from, entryAt(kept) + 4);
    kept += 1;
  }
  program.fill(0, entryAt(kept), entryAt(count));
  program.writeUInt32LE(kept, table);
  return dropped;
};
