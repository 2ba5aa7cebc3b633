import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

let made: Awaited<ReturnType<typeof tempDir>>;
const unitFile = (name: string): string => join(made.path, 'systemd/system', name);
beforeAll(async () => {
  made = await tempDir('units');
  // Everything on, so that no unit is without what it could ask for.
  const config = join(made.path, 'agent.toml');
  await writeFile(config, '[workloads]\nvm = true\n[local]\nenabled = true\n[agent_api]\nenabled = true\nport = 50052\n');
  await axion('--config', config, 'systemd', 'generate', '--release', await fakeRelease(join(made.path, 'release')), '--out', made.path);
}, 60_000);
afterAll(() => made[Symbol.asyncDispose]());

test('systemd accepts every generated unit', async () => {
  const units = (await readdir(unitFile('.'))).map(unitFile);
  expect(units).toHaveLength(COMPONENTS.length + 2);
  const verified = await run('systemd-analyze', ['verify', '--man=no', ...units]);
  expect(verified.stdout + verified.stderr).toBe('');
});

test('systemd-analyze finds every unit exposed to little', async () => {
  const units = ['axion-bus.service', ...COMPONENTS.map(({ name, instances }) => `axion-${name}${instances ? '@' : ''}.service`)];
  const scores = await Promise.all(
    units.map(async (unit) => {
      const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--no-pager', unitFile(unit)]);
      return [unit, Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])] as const;
    }),
  );
  process.stdout.write(`${scores.map(([unit, score]) => `${String(score).padStart(4)}  ${unit}`).join('\n')}\n`);
  const most = (unit: string): number => (unit.includes('-executor') ? 4 : 1.5);
  expect(scores.filter(([unit, score]) => !(score <= most(unit)))).toEqual([]);
});

test('--diff shows an edit, a generate undoes it and leaves drop-ins and strangers alone; then there is nothing to show', async () => {
  await using folder = await tempDir('units');
  const at = (path: string): string => join(folder.path, 'systemd/system', path);
  const generate = async (...more: readonly string[]): Promise<Ended> => axion('systemd', 'generate', '--out', folder.path, ...more);
  await generate();
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
  expect(await generate('--diff')).toMatchObject({ code: 0, stdout: '' });
}, 60_000);
