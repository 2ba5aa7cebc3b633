import { natsServerVersion } from '../setup/pins.mjs';
import type { Architecture } from './architecture.ts';
import { tool } from './tool.ts';

const MODULE = `github.com/nats-io/nats-server/v2`;

/** The module's sources; Go checks them against its checksum database. */
export const fetchNatsServer = async (signal: AbortSignal): Promise<string> => {
  const { Dir } = JSON.parse(await tool('go', ['mod', 'download', '-json', `${MODULE}@v${natsServerVersion}`], { signal })) as { Dir: string };
  return Dir;
};

/** Builds the server without C, paths and symbols. Output depends on the module and on Go's version alone. */
export const buildNatsServer = async (sources: string, { go }: Architecture, target: string, signal: AbortSignal): Promise<void> => {
  const env = { GOOS: 'linux', GOARCH: go, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -modcacherw', GOAMD64: 'v1' };
  await tool('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', target, '.'], { cwd: sources, env, signal });
};
