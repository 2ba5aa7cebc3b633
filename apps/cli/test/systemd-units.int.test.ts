import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { COMPONENTS } from '@axion/contracts';
import { tempDir } from '@axion/testkit';

const run = promisify(execFile);
const AXION = join(import.meta.dirname, '..', 'src', 'main.ts');

/** A release's programs, so that the units' commands exist. */
const fakeRelease = async (folder: string): Promise<string> => {
  await mkdir(join(folder, 'bin'), { recursive: true });
  for (const program of ['node', 'axion', 'nats-server']) {
    const file = join(folder, 'bin', program);
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, 0o755);
  }
  return folder;
};

test('systemd accepts every generated unit, and a second generate changes none', async () => {
  await using folder = await tempDir('units');
  const release = await fakeRelease(join(folder.path, 'release'));
  const out = join(folder.path, 'units');
  const generate = async () => JSON.parse((await run(process.execPath, [AXION, '--json', 'systemd', 'generate', '--release', release, '--out', out])).stdout) as { change: string }[];

  expect((await generate()).map(({ change }) => change)).toEqual(Array.from({ length: COMPONENTS.length + 2 }, () => 'new'));
  const units = (await readdir(out)).map((unit) => join(out, unit));
  const verified = await run('systemd-analyze', ['verify', '--man=no', ...units]);
  expect(verified.stdout + verified.stderr).toBe('');
  expect(new Set((await generate()).map(({ change }) => change))).toEqual(new Set(['same']));
});

test.each(COMPONENTS.filter(({ instances }) => !instances).map(({ name, touches }) => [name, touches]))('%s is exposed to little', async (name) => {
  await using folder = await tempDir('units');
  await run(process.execPath, [AXION, 'systemd', 'generate', '--out', folder.path]);
  const { stdout } = await run('systemd-analyze', ['security', '--offline=true', join(folder.path, `axion-${name}.service`)]);
  const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
  expect(exposure).toBeGreaterThan(0);
  expect(exposure).toBeLessThanOrEqual(1.7);
});
