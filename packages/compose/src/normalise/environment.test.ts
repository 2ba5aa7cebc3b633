import { expect, it } from 'vitest';
import type { Value } from '../yaml/value.ts';
import { parseEnvFile } from './env-file.ts';
import { environmentOf, resolveEnvironment } from './environment.ts';

const PROCESS: Readonly<Record<string, string>> = { FROM: 'process' };
const lookup = (name: string): string | undefined => PROCESS[name];
const parse = (text: string) => parseEnvFile('/a.env', new TextEncoder().encode(text), lookup);

it('reads an env file line by line, without quotes or interpolation', () => {
  expect(parse('\uFEFFA=1\r\n  # no\n\n B="q" $X \nC=\nFROM\nGONE\nD=a=b')).toEqual([['A', '1'], ['B', '"q" $X '], ['C', ''], ['FROM', 'process'], ['D', 'a=b']]);
});

it.each([
  ['export A=1', "variable 'export A' contains whitespaces"],
  ['=secret', 'no variable name'],
])('refuses the line %j without showing its value', (text, message) => {
  expect(() => parse(text)).toThrow(message);
  expect(() => parse(text)).not.toThrow('secret');
});

it('refuses bytes that are no text', () => {
  expect(() => parseEnvFile('/a.env', Uint8Array.of(0x41, 0x3d, 0xff), lookup)).toThrow('invalid utf8 bytes');
});

it('puts own variables over those of files, and fills empty ones from the process', () => {
  const own = environmentOf(['B=own', 'NONE', 'FROM=']);
  expect(resolveEnvironment([['A', 'file'], ['B', 'file'], ['A', 'later']], own, lookup)).toEqual({ A: 'later', B: 'own', NONE: null, FROM: 'process' });
});

it('takes numbers and nulls of a mapping', () => {
  expect(environmentOf(new Map<string, Value>([['N', 1.5], ['I', 8n], ['X', null]]))).toEqual({ N: '1.5', I: '8', X: null });
});
