import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { componentEntry } from './entry.ts';

const folderWith = (...files: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'axion-entry-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
};

test('in a release a component lies beside the command', () => {
  const release = folderWith('lib/axion.js', 'lib/control-link.js');
  expect(componentEntry('control-link', join(release, 'lib/axion.js'))).toBe(join(release, 'lib/control-link.js'));
});

test.each(['src/main.ts', 'dist/main.js'])('in a checkout it is the same file of the neighbouring app: %s', (file) => {
  const apps = folderWith(`cli/${file}`, `control-link/${file}`);
  expect(componentEntry('control-link', join(apps, 'cli', file))).toBe(join(apps, 'control-link', file));
});

test('what is missing is named, with what to do', () => {
  const apps = folderWith('cli/dist/main.js');
  expect(() => componentEntry('control-link', join(apps, 'cli/dist/main.js'))).toThrow(/control-link\/dist\/main\.js.*npm run build/);
});
