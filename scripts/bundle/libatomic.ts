import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev } from '../setup/paths.mjs';
import type { Architecture } from './architecture.ts';
import type { Part } from './part.ts';
import { tool } from './tool.ts';

/** The library that Node needs and a small Debian lacks. */
export const LIBATOMIC = 'libatomic.so.1';

/**
 * Takes the library out of Debian's package, for any architecture: apt works in folders of its own, so neither the
 * system's lists nor its packages change.
 *
 * @returns its folder in the cache
 */
export const fetchLibatomic = async ({ name, go }: Architecture, signal: AbortSignal): Promise<string> => {
  const cached = join(dev, 'bundle', `libatomic-${name}`);
  if (existsSync(cached)) return cached;
  const work = await mkdtemp(join(tmpdir(), 'axion-libatomic-'));
  try {
    // As root apt fetches through a user of its own, which must be able to write here.
    await chmod(work, 0o777);
    await Promise.all(['lists/partial', 'archives/partial'].map((folder) => mkdir(join(work, folder), { recursive: true, mode: 0o777 })));
    await writeFile(join(work, 'status'), '');
    const own = [`Dir::State=${work}`, `Dir::State::status=${work}/status`, `Dir::Cache=${work}`, `APT::Architecture=${go}`, `APT::Architectures=${go}`, 'Acquire::Languages=none'];
    const apt = (...args: readonly string[]): Promise<string> => tool('apt-get', ['-q', ...own.flatMap((option) => ['-o', option]), ...args], { cwd: work, signal });
    const archive = async (start: string): Promise<string> => join(work, (await readdir(work)).find((file) => file.startsWith(start) && file.endsWith('.deb'))!);
    await apt('update');
    await apt('download', 'libatomic1');
    const deb = await archive('libatomic1_');
    // The licence lies in the package that all of GCC's libraries depend on.
    const base = /gcc-[\w.]+-base/.exec(await tool('dpkg-deb', ['-f', deb, 'Depends']))![0];
    await apt('download', base);
    const next = `${cached}.${process.pid}`;
    await mkdir(next, { recursive: true });
    for (const file of [deb, await archive(`${base}_`)]) await tool('dpkg-deb', ['-x', file, join(work, 'tree')], { signal });
    const found = (await readdir(join(work, 'tree'), { recursive: true })).find((path) => path.endsWith(`/${LIBATOMIC}`))!;
    await copyFile(join(work, 'tree', found), join(next, LIBATOMIC));
    await copyFile(join(work, 'tree/usr/share/doc', base, 'copyright'), join(next, 'COPYING'));
    await writeFile(join(next, 'version'), (await tool('dpkg-deb', ['-f', deb, 'Version'])).trim());
    await rename(next, cached);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return cached;
};

/** As the bill of materials lists it. */
export const libatomicPart = (folder: string, version: string): Part => ({
  ecosystem: 'generic',
  name: 'libatomic',
  version,
  license: 'GPL-3.0-or-later WITH GCC-exception-3.1',
  folder,
  inside: [`lib/${LIBATOMIC}`],
});
