import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { replaceFile } from './replace-file.ts';

test('the text takes the place of the former one, for its owner alone, also over a draft that was left behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'axion-replace-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token.json');
  await writeFile(`${path}.draft`, 'half of it and', { mode: 0o644 });
  await replaceFile(path, 'one');
  await replaceFile(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['token.json']);
});
