import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dev } from '../setup/paths.mjs';
import { nodeVersion } from '../setup/pins.mjs';
import type { Architecture } from './architecture.ts';
import { dropLanguages } from './icu-data.ts';
import { dropMutexChecks } from './mutex-checks.ts';
import { tool } from './tool.ts';

/** For the bill of materials. */
export const NODE_CHANGES = 'Stripped; zeros in place of the data of languages other than English and of legacy character sets; no search for locks in wrong order; it looks for libraries in lib/ of the release as well.';

/** The npm package that carries the pinned Node, unpacked in the cache. npm checks it against the registry's digest. */
export const fetchNode = async ({ name }: Architecture, signal: AbortSignal): Promise<string> => {
  const cached = join(dev, 'bundle', `node-linux-${name}-${nodeVersion}`);
  if (existsSync(cached)) return cached;
  const work = `${cached}.${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    await tool('npm', ['pack', '--silent', '--loglevel=error', `--pack-destination=${work}`, `node-linux-${name}@${nodeVersion}`], { cwd: work, signal });
    const archive = (await readdir(work)).find((file) => file.endsWith('.tgz'))!;
    await tool('tar', ['-xzf', archive, 'package/bin/node', 'package/LICENSE'], { cwd: work, signal });
    await rename(join(work, 'package'), cached);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return cached;
};

/** Puts the runtime into `target`: without its symbols, languages and checks of its own locks, and with the release's `lib/` as a place of libraries. */
export const stripNode = async (fetched: string, target: string, signal: AbortSignal): Promise<void> => {
  const original = join(fetched, 'bin/node');
  const [program, symbols] = await Promise.all([readFile(original), tool('llvm-nm', [original], { signal })]);
  dropLanguages(program);
  dropMutexChecks(program, symbols);
  await writeFile(target, program, { mode: 0o755, signal });
  await tool('llvm-strip', [target], { signal });
  await tool('patchelf', ['--set-rpath', '$ORIGIN/../lib', target], { signal });
};
