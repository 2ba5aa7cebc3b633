import { expect, test } from 'vitest';
import { dropMutexChecks } from './mutex-checks.ts';

/** A program whose second part is loaded: 64 bytes from 0x200 of the file at address 0x5000. */
const programWith = (value: number): Buffer => {
  const program = Buffer.alloc(0x240);
  program.writeBigUInt64LE(0x40n, 0x20);
  program.writeUInt16LE(56, 0x36);
  program.writeUInt16LE(2, 0x38);
  const part = (number: number, kind: number, offset: number, address: number): void => {
    const at = 0x40 + number * 56;
    program.writeUInt32LE(kind, at);
    program.writeBigUInt64LE(BigInt(offset), at + 8);
    program.writeBigUInt64LE(BigInt(address), at + 16);
    program.writeBigUInt64LE(64n, at + 32);
  };
  part(0, 4, 0x100, 0x5000);
  part(1, 1, 0x200, 0x5000);
  program.writeUInt32LE(value, 0x210);
  return program;
};
const symbol = (address: string): string => `0000000000000000 T main\n${address} d _ZN4absl12_GLOBAL__N_124synch_deadlock_detectionE.0\n`;
const SYMBOLS = symbol('0000000000005010');

test('the variable is found through the part that is loaded, and set to ignore; nothing else changes', () => {
  const program = programWith(2);
  dropMutexChecks(program, SYMBOLS);
  expect(program.equals(programWith(0))).toBe(true);
});

test.each([
  ['no symbols', 2, '', 'has 0 variables'],
  ['an address that is not loaded', 2, symbol('0000000000009000'), '0x9000'],
  ['a value that it never has', 7, SYMBOLS, 'is 7'],
])('%s ends the build', (_, value, symbols, words) => {
  const program = programWith(value);
  expect(() => dropMutexChecks(program, symbols)).toThrow(words);
  expect(program.equals(programWith(value))).toBe(true);
});
