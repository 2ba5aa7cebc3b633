import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { tool } from './tool.ts';

/** What a build is of: the same facts give the same bytes. */
export interface BuildFacts {
  readonly version: string;
  readonly commit: string;
  /** The commit's time, seconds since 1970: every file of the archives has it. */
  readonly epoch: number;
}

/** From the checkout; `SOURCE_DATE_EPOCH` and `AXION_BUILD_VERSION` override. */
export const buildFacts = async (env: NodeJS.ProcessEnv): Promise<BuildFacts> => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const git = (...args: readonly string[]): Promise<string> => tool('git', args, { cwd: root }).then((text) => text.trim());
  const given = env['SOURCE_DATE_EPOCH'];
  return {
    version: env['AXION_BUILD_VERSION'] || version,
    commit: await git('rev-parse', 'HEAD').catch(() => 'unknown'),
    epoch: given === undefined ? Number(await git('log', '-1', '--format=%ct')) : Number(given),
  };
};
