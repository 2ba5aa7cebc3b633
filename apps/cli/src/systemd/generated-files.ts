import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { sysusers, tmpfiles } from './accounts.ts';
import { agentUnits } from './agent-units.ts';
import type { Host } from './host.ts';
import { HEADER, renderUnit } from './unit-file.ts';

const UNITS = 'systemd/system';

/** What a generate does to one file. `before` or `after` is missing where the file is made or taken away. */
export interface FileChange {
  /** From the folder that is generated into. */
  readonly path: string;
  readonly change: 'new' | 'changed' | 'same' | 'removed';
  readonly before?: string;
  readonly after?: string;
}

/** Every file of the agent on the host, by its path under `/usr/local/lib`. */
const wantedFiles = (host: Host): ReadonlyMap<string, string> =>
  new Map([
    ...agentUnits(host).map((unit) => [`${UNITS}/${unit.name}`, renderUnit(unit)] as const),
    ['sysusers.d/axion.conf', sysusers(host)],
    ['tmpfiles.d/axion.conf', tmpfiles(host)],
  ]);

const present = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Units of an earlier version that nothing wants any more; a file without our first line is somebody else's. */
const staleUnits = async (folder: string, wanted: ReadonlyMap<string, string>): Promise<readonly FileChange[]> => {
  const names = await readdir(join(folder, UNITS)).catch(() => []);
  const stale = names.map((name) => `${UNITS}/${name}`).filter((path) => /\/axion-[^/]+\.(service|target)$/.test(path) && !wanted.has(path));
  const found = await Promise.all(stale.map(async (path) => ({ path, change: 'removed', before: (await present(join(folder, path))) ?? '' }) as const));
  return found.filter(({ before }) => before.startsWith(HEADER));
};

/** What a generate would change under `folder`. Drop-ins are in folders of their own and are never looked at. */
export const planFiles = async (folder: string, host: Host): Promise<readonly FileChange[]> => {
  const wanted = wantedFiles(host);
  const kept = await Promise.all(
    [...wanted].map(async ([path, after]): Promise<FileChange> => {
      const before = await present(join(folder, path));
      if (before === undefined) return { path, change: 'new', after };
      return { path, change: before === after ? 'same' : 'changed', before, after };
    }),
  );
  return [...kept, ...(await staleUnits(folder, wanted))];
};

/** Makes the change. */
export const applyFile = async (folder: string, { path, change, after }: FileChange): Promise<void> => {
  const file = join(folder, path);
  if (change === 'removed') await rm(file, { force: true });
  else if (change !== 'same' && after !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, after, { mode: 0o644 });
  }
};

/** The change as a unified diff; empty when there is none. */
export const fileDiff = (folder: string, { path, change, before, after }: FileChange): string => {
  if (change === 'same') return '';
  const file = join(folder, path);
  return createTwoFilesPatch(before === undefined ? '/dev/null' : file, after === undefined ? '/dev/null' : file, before ?? '', after ?? '', undefined, undefined, { context: 2 });
};
