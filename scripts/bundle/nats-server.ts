import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { natsServerVersion } from '../setup/pins.mjs';
import type { Architecture } from './architecture.ts';
import { tool } from './tool.ts';

const MODULE = `github.com/nats-io/nats-server/v2`;
/** Files of a release's server that its authors' has not, and where they stand in the module (docs/adr/0020-bus-at-rest.md). */
const OURS: Readonly<Record<string, string>> = { 'at_rest.go': 'at_rest.go', 'access_time.go': 'server/ats/ats.go', 'process_usage.go': 'server/pse/pse_linux.go' };

/** For the bill of materials. */
export const NATS_SERVER_CHANGES = `Built with files of Axion's own: ${Object.values(OURS).join(', ')}. Memory is given back at rest, and the time and what the process uses are asked for instead of kept.`;

/** Copies the module's sources to `folder`, which must not exist, and adds our files. Go checks the sources against its checksum database. */
export const fetchNatsServer = async (folder: string, signal: AbortSignal): Promise<string> => {
  const { Dir } = JSON.parse(await tool('go', ['mod', 'download', '-json', `${MODULE}@v${natsServerVersion}`], { signal })) as { Dir: string };
  // Go's cache may be read only, and so would be a copy.
  await tool('cp', ['-R', '--no-preserve=mode', Dir, folder], { signal });
  for (const [ours, place] of Object.entries(OURS)) await copyFile(join(import.meta.dirname, 'nats-server', ours), join(folder, place));
  return folder;
};

/** Builds the server without C, paths and symbols. Output depends on the module, our files and on Go's version alone. */
export const buildNatsServer = async (sources: string, { go }: Architecture, target: string, signal: AbortSignal): Promise<void> => {
  const env = { GOOS: 'linux', GOARCH: go, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -modcacherw', GOAMD64: 'v1' };
  await tool('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', target, '.'], { cwd: sources, env, signal });
};
