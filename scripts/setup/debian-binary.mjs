// One program out of a Debian package, without installing the package: the system stays as it is.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, which } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { bin } from './paths.mjs';
import { step } from './progress.mjs';

/**
 * Gives the path of a program taken from a package, fetched into `.dev/bin` when it is not there yet.
 *
 * @param {import('./children.mjs').Children} children
 * @param {{ name: string, package: string, path: string, why: string, otherwise: string }} wanted `path` is where the package has it
 * @returns {Promise<string>}
 */
export const debianBinary = async (children, wanted) => {
  const target = join(bin, wanted.name);
  if (existsSync(target)) return target;
  if (which('apt-get') === undefined || which('dpkg-deb') === undefined) {
    throw new SetupFailure(`${wanted.name} is missing (${wanted.why}) and this is not Debian, whose package ${wanted.package} has it. ${wanted.otherwise}`);
  }
  await step(`Taking ${wanted.name} (${wanted.why}) out of Debian's ${wanted.package} into .dev/bin; nothing is installed`, async (detail) => {
    const work = mkdtempSync(join(tmpdir(), 'axion-deb-'));
    try {
      // As root apt fetches through a user of its own, which must be able to write here.
      chmodSync(work, 0o777);
      const options = { cwd: work, onLine: detail };
      if (process.getuid?.() === 0) await run(children, 'apt-get', ['update', '-q'], { onLine: detail, interruptible: false, log: 'apt-update' });
      await run(children, 'apt-get', ['download', '-q', wanted.package], { ...options, log: `apt-download-${wanted.package}` });
      const deb = readdirSync(work).find((name) => name.endsWith('.deb')) ?? '';
      await run(children, 'dpkg-deb', ['-x', deb, 'tree'], { ...options, log: `dpkg-${wanted.package}` });
      mkdirSync(bin, { recursive: true });
      copyFileSync(join(work, 'tree', wanted.path), `${target}.next`);
      chmodSync(`${target}.next`, 0o755);
      renameSync(`${target}.next`, target);
    } catch (error) {
      throw new SetupFailure(`${wanted.package} could not be fetched: ${error instanceof Error ? error.message : String(error)}\n${wanted.otherwise}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return target;
};
