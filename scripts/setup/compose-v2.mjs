// Docker Compose version 2, which Debian 12 does not have: built once from its Go module. Only on demand, since it takes minutes.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, which } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { bin } from './paths.mjs';
import { composeVersion } from './pins.mjs';
import { step } from './progress.mjs';

const module = 'github.com/docker/compose/v2';
const target = join(bin, 'docker-compose-v2');

/** @param {import('./children.mjs').Children} children */
export const provideComposeV2 = async (children) => {
  if (existsSync(target)) return;
  const go = which('go');
  if (go === undefined) throw new SetupFailure(`Docker Compose ${composeVersion} is built with Go, which is not here. Install Go 1.24 or newer, or put the program at ${target}.`);
  await step(`Building Docker Compose ${composeVersion} from its Go module (tests run Compose applications on it too): takes about four minutes`, async (detail) => {
    mkdirSync(bin, { recursive: true });
    const work = mkdtempSync(join(tmpdir(), 'axion-compose-'));
    try {
      const options = { cwd: work, env: { GOFLAGS: '-modcacherw', GOWORK: 'off' }, onLine: detail };
      const { Dir: source } = JSON.parse(await run(children, go, ['mod', 'download', '-json', `${module}@v${composeVersion}`], { ...options, log: 'go-download' }));
      // The module replaces others, so `go install` does not take it: it is built in its own folder.
      const version = `-X ${module}/internal.Version=v${composeVersion}`;
      await run(children, go, ['build', '-C', source, '-trimpath', '-tags', 'fsnotify', '-ldflags', `-s -w ${version}`, '-o', join(work, 'compose'), './cmd'], { ...options, log: 'go-build' });
      chmodSync(join(work, 'compose'), 0o755);
      const next = `${target}.next`;
      await run(children, 'cp', [join(work, 'compose'), next]);
      renameSync(next, target);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
};
