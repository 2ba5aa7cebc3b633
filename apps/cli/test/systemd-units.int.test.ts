import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { COMPONENTS } from '@axion/contracts';
import { tempDir } from '@axion/testkit';

const run = promisify(execFile);
const AXION = join(import.meta.dirname, '..', 'src', 'main.ts');

interface Ended {
  readonly code: number;
  readonly stdout: string;
}
const axion = async (...args: readonly string[]): Promise<Ended> => {
  try {
    return { code: 0, stdout: (await run(process.execPath, [AXION, ...args])).stdout };
  } catch (error) {
    return error as Ended;
  }
};

/** A release's programs, so that the units' commands exist. */
const fakeRelease = async (folder: string): Promise<string> => {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'bin/node'), '#!/bin/sh\n');
  await chmod(join(folder, 'bin/node'), 0o755);
  return folder;
};

test('systemd accepts every generated unit', async () => {
  await using folder = await tempDir('units');
  await axion('systemd', 'generate', '--release', await fakeRelease(join(folder.path, 'release')), '--out', folder.path);
  const units = (await readdir(join(folder.path, 'systemd/system'))).map((unit) => join(folder.path, 'systemd/system', unit));
  expect(units).toHaveLength(COMPONENTS.length + 2);
  const verified = await run('systemd-analyze', ['verify', '--man=no', ...units]);
  expect(verified.stdout + verified.stderr).toBe('');
});

test('a second generate changes nothing; --diff shows an edit, a generate undoes it and leaves drop-ins and strangers alone', async () => {
  await using folder = await tempDir('units');
  const at = (path: string): string => join(folder.path, 'systemd/system', path);
  const generate = async (...more: readonly string[]): Promise<Ended> => axion('systemd', 'generate', '--out', folder.path, ...more);
  expect((await generate('--diff')).code).toBe(1);
  await generate();
  expect(await generate('--diff')).toMatchObject({ code: 0, stdout: '' });

  const original = await readFile(at('axion-bus.service'), 'utf8');
  await writeFile(at('axion-bus.service'), original.replace('MemoryMax=512M', 'MemoryMax=1G'));
  await mkdir(at('axion-bus.service.d'));
  await writeFile(at('axion-bus.service.d/override.conf'), '[Service]\nMemoryMax=1G\n');
  await writeFile(at('axion-own.service'), '# an operator’s\n');
  await writeFile(at('axion-gone.service'), original);
  const diff = await generate('--diff');
  expect(diff.code).toBe(1);
  expect(diff.stdout).toMatch(/^-MemoryMax=1G\n\+MemoryMax=512M$/m);
  await generate();
  expect(await readFile(at('axion-bus.service'), 'utf8')).toBe(original);
  const left = await readdir(at('.'));
  expect(left).toEqual(expect.arrayContaining(['axion-bus.service.d', 'axion-own.service']));
  expect(left).not.toContain('axion-gone.service');
});

test('systemd-analyze finds every unit exposed to little', async () => {
  await using folder = await tempDir('units');
  await axion('systemd', 'generate', '--out', folder.path);
  const units = ['axion-bus.service', ...COMPONENTS.map(({ name, instances }) => `axion-${name}${instances ? '@' : ''}.service`)];
  const scores = await Promise.all(
    units.map(async (unit) => {
      const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--no-pager', join(folder.path, 'systemd/system', unit)]);
      return [unit, Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])] as const;
    }),
  );
  const most = (unit: string): number => (unit.includes('-executor') ? 4 : 1.5);
  expect(scores.filter(([unit, score]) => !(score <= most(unit)))).toEqual([]);
});
