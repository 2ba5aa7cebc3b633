import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RotatedFile } from './rotated-file.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'axion-rotated-'))));
afterEach(() => rmSync(dir, { recursive: true }));

test('whole lines, the newest in the file, the oldest dropped', () => {
  const file = new RotatedFile(join(dir, 'deep', 'a.log'), 10, 2);
  for (const line of ['one-1\n', 'two-2\n', 'three\n', 'fo\n', 'a line that is longer than a file\n', 'last\n']) file.write(line);
  const found = Object.fromEntries(readdirSync(join(dir, 'deep')).map((name) => [name, readFileSync(join(dir, 'deep', name), 'utf8')]));
  expect(found).toEqual({ 'a.log': 'last\n', 'a.log.1': 'a line that is longer than a file\n', 'a.log.2': 'three\nfo\n' });
});

test('a file that is there is gone on with', () => {
  new RotatedFile(join(dir, 'a.log'), 10, 2).write('one\n');
  const again = new RotatedFile(join(dir, 'a.log'), 10, 2);
  again.write('two\n');
  again.write('three\n');
  expect(readFileSync(join(dir, 'a.log.1'), 'utf8')).toBe('one\ntwo\n');
});

test('bytes count, not characters', () => {
  const file = new RotatedFile(join(dir, 'a.log'), 10, 1);
  file.write('ääää\n');
  file.write('b\n');
  expect(readFileSync(join(dir, 'a.log'), 'utf8')).toBe('b\n');
});
