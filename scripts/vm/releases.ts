import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, sumLines } from '../bundle/sums.ts';
import { tool } from '../bundle/tool.ts';
import { root } from '../setup/paths.mjs';

/** The archive for this machine in a bundle's folder. */
export const archiveIn = async (folder: string, ending: '.tar.zst' | '.tar.gz'): Promise<string> => {
  const archive = (await readdir(folder).catch(() => [])).find((file) => file.endsWith(`-linux-x64${ending}`));
  if (archive === undefined) throw new Error(`There is no bundle in ${folder}: run "npm run bundle" first`);
  return archive;
};

/** Signs the sums of a bundle in `folder`; gives the files for the machine: sums, signature, the key that made it and another. */
export const signSums = async (bundle: string, folder: string, signal: AbortSignal): Promise<readonly string[]> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  for (const name of ['ours', 'other']) await tool('minisign', ['-G', '-W', '-p', at(`${name}.pub`), '-s', at(`${name}.key`)], { signal });
  await copyFile(join(bundle, 'SHA256SUMS'), at('SHA256SUMS'));
  await tool('minisign', ['-S', '-s', at('ours.key'), '-m', at('SHA256SUMS')], { signal });
  return ['SHA256SUMS', 'SHA256SUMS.minisig', 'ours.pub', 'other.pub'].map(at);
};

/** Builds this checkout as another version. */
export const buildAs = async (version: string, target: string, signal: AbortSignal): Promise<void> => {
  await tool(process.execPath, [join(root, 'scripts/bundle/main.ts'), '--arch', 'x64', '--quick', '--out', target], { cwd: root, env: { AXION_BUILD_VERSION: version }, signal });
};

/**
 * Makes of the bundle in `good` one that installs and never becomes healthy, because a component cannot start.
 *
 * @returns the archive's name, which is the same in both folders
 */
export const breakBundle = async (good: string, broken: string, signal: AbortSignal): Promise<string> => {
  const archive = await archiveIn(good, '.tar.gz');
  const tree = join(broken, 'tree');
  await rm(broken, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  await tool('tar', ['-xzf', join(good, archive), '-C', tree], { signal });
  const release = join(tree, archive.replace('.tar.gz', ''));
  const program = join(release, 'lib/health-endpoint.js');
  await writeFile(program, `process.exit(1);\n${await readFile(program, 'utf8')}`);
  // Its own list fits: what is wrong shows only when it runs.
  await tool('sh', ['-c', "find . -type f ! -name SHA256SUMS | sed 's|^./||' | sort | xargs sha256sum >SHA256SUMS"], { cwd: release, signal });
  await tool('sh', ['-c', `tar -C ${tree} -cf - ${archive.replace('.tar.gz', '')} | gzip -1 >${join(broken, archive)}`], { signal });
  await rm(tree, { recursive: true });
  await writeFile(join(broken, 'SHA256SUMS'), sumLines([{ path: archive, sha256: await sha256(join(broken, archive)) }]));
  return archive;
};
