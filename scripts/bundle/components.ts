import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'tsup';
import { COMPONENTS } from '../../packages/contracts/src/index.ts';
import { appBuild } from '../../tsup.base.ts';
import { dev, root } from '../setup/paths.mjs';
import type { Part } from './part.ts';

/** The apps of a release: the command line, the bus's supervisor and every component of the manifest. */
const PROGRAMS: readonly { readonly app: string; readonly file: string }[] = [
  { app: 'cli', file: 'axion.js' },
  ...['bus-server', ...COMPONENTS.map(({ name }) => name)].map((app) => ({ app, file: `${app}.js` })),
];

/** The folder of the npm package that a bundled file came from; nothing for our own sources. */
const packageFolder = (input: string): string | undefined => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];

const npmPart = async (folder: string, inside: string): Promise<Part> => {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license?: string | { type?: string } };
  return { ecosystem: 'npm', name, version, license: typeof license === 'string' ? license : license?.type, folder, inside: [inside] };
};

/**
 * Builds each program as one minified file in `target`.
 *
 * @returns the npm packages that really went into them, by esbuild's own account
 */
export const buildComponents = async (target: string): Promise<readonly Part[]> => {
  const work = join(dev, 'bundle', `apps.${process.pid}`);
  const parts: Part[] = [];
  try {
    for (const { app, file } of PROGRAMS) {
      const outDir = join(work, app);
      await mkdir(outDir, { recursive: true });
      await build({ ...appBuild, config: false, entry: { main: join(root, 'apps', app, 'src/main.ts') }, outDir, splitting: false, clean: false, metafile: true });
      const written = (await readdir(outDir)).filter((name) => name.endsWith('.js'));
      if (written.join() !== 'main.js') throw new Error(`apps/${app} became ${written.join(', ')}; a release has one file of each`);
      await rename(join(outDir, 'main.js'), join(target, file));
      const { inputs } = JSON.parse(await readFile(join(outDir, 'metafile-esm.json'), 'utf8')) as { inputs: Record<string, unknown> };
      const folders = new Set(Object.keys(inputs).flatMap((input) => packageFolder(resolve(input)) ?? []));
      parts.push(...(await Promise.all([...folders].map((folder) => npmPart(folder, `lib/${file}`)))));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return parts;
};
