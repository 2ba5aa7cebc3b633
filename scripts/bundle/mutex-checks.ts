/** Abseil's variable that says what is done about locks taken in different orders, as its compiler writes the name. */
const MUTEX_CHECKS = 'synch_deadlock_detection';

/** Where the program headers' table, the size of an entry and their number stand in a 64-bit ELF header (elf(5)). */
const HEADER = { table: 0x20, entrySize: 0x36, entries: 0x38 } as const;
/** The same for a program header: its kind, and where its part lies in the file and in memory. */
const PART = { kind: 0, offset: 8, address: 16, size: 32 } as const;
const LOADED = 1;
/** Values of the variable. */
const IGNORE = 0;
const ABORT = 2;

/** Where in the file of `program` lies what is at `address` in memory. */
const fileOffset = (program: Buffer, address: bigint): number => {
  const table = Number(program.readBigUInt64LE(HEADER.table));
  const [entrySize, entries] = [program.readUInt16LE(HEADER.entrySize), program.readUInt16LE(HEADER.entries)];
  for (let entry = 0; entry < entries; entry += 1) {
    const at = table + entry * entrySize;
    if (program.readUInt32LE(at + PART.kind) !== LOADED) continue;
    const [offset, start, size] = [PART.offset, PART.address, PART.size].map((field) => program.readBigUInt64LE(at + field)) as [bigint, bigint, bigint];
    if (address >= start && address < start + size) return Number(offset + address - start);
  }
  throw new Error(`nothing of this program is loaded at 0x${address.toString(16)}`);
};

/**
 * Switches off, in place, what Node's builds have left on in the library whose locks V8 uses: a search for locks that are taken in
 * different orders, for those who develop it. It is done at every lock and takes 1 MB of each process.
 *
 * @param symbols what nm(1) prints of the program
 */
export const dropMutexChecks = (program: Buffer, symbols: string): void => {
  const lines = symbols.split('\n').filter((line) => line.includes(MUTEX_CHECKS));
  if (lines.length !== 1) throw new Error(`this program has ${lines.length} variables named ${MUTEX_CHECKS}; there has to be one`);
  const at = fileOffset(program, BigInt(`0x${lines[0]!.split(' ')[0]}`));
  const found = program.readUInt32LE(at);
  if (found > ABORT) throw new Error(`${MUTEX_CHECKS} is ${found}; it is known from ${IGNORE} to ${ABORT}`);
  program.writeUInt32LE(IGNORE, at);
};
