import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { natsServerVersion } from '../setup/pins.mjs';
import type { Architecture } from './architecture.ts';
import { tool } from './tool.ts';

const MODULE = `github.com/nats-io/nats-server/v2`;
/** Beside the server's `main.go`: what a process at rest gives back. */
const AT_REST = 'at_rest.go';

/** Copies the module's sources to `folder`, which must not exist, and adds our file. Go checks them against its checksum database. */
export const fetchNatsServer = async (folder: string, signal: AbortSignal): Promise<string> => {
  const { Dir } = JSON.parse(await tool('go', ['mod', 'download', '-json', `${MODULE}@v${natsServerVersion}`], { signal })) as { Dir: string };
  // Go's cache may be read only, and so would be a copy.
  await tool('cp', ['-R', '--no-preserve=mode', Dir, folder], { signal });
  await copyFile(join(import.meta.dirname, AT_REST), join(folder, AT_REST));
  return folder;
};

/** Builds the server without C, paths and symbols. Output depends on the module, our file and on Go's version alone. */
export const buildNatsServer = async (sources: string, { go }: Architecture, target: string, signal: AbortSignal): Promise<void> => {
  const env = { GOOS: 'linux', GOARCH: go, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -modcacherw', GOAMD64: 'v1' };
  await tool('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', target, '.'], { cwd: sources, env, signal });
};
