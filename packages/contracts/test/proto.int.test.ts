import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type DescriptorSet, layoutOf } from './descriptor-layout.ts';

const root = resolve(import.meta.dirname, '../../..');

const promisedLines = (): readonly (readonly [name: string, line: string])[] => {
  let pkg = '';
  const lines: [string, string][] = [];
  for (const line of readFileSync(join(import.meta.dirname, 'wire-layout.txt'), 'utf8').split('\n')) {
    if (line.startsWith('package ')) pkg = line.slice('package '.length);
    else if (line !== '' && !line.startsWith('#')) lines.push([`${pkg} ${line.split(' ', 2).join(' ')}`, line]);
  }
  return lines;
};

const filesBelow = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
      })
      .sort(([a], [b]) => a.localeCompare(b)),
  );

test('the protocols have the layout that peers rely on', () => {
  const image = execFileSync(join(root, 'node_modules/.bin/buf'), ['build', '--output', '-#format=json'], {
    cwd: join(root, 'proto'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PATH: `${resolve(process.execPath, '..')}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  const layout = layoutOf(JSON.parse(image) as DescriptorSet);
  const promised = promisedLines();
  expect(promised).toHaveLength(119);
  expect(promised.map(([name]) => layout.get(name))).toEqual(promised.map(([, line]) => line));
});

test('the generated sources are those of the protocols', () => {
  const folder = mkdtempSync(join(tmpdir(), 'axion-proto-'));
  try {
    execFileSync(process.execPath, [join(root, 'scripts/generate-proto.mjs'), '--out', join(folder, 'gen')]);
    const fresh = filesBelow(join(folder, 'gen'));
    const kept = filesBelow(join(root, 'packages/contracts/src/gen'));
    expect(fresh.size).toBeGreaterThan(15);
    expect([...kept.keys()]).toEqual([...fresh.keys()]);
    for (const [path, text] of fresh) expect(kept.get(path) === text, `${path} differs: run \`pnpm generate\``).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
