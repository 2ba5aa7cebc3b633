import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHITECTURES } from '../../bundle/architecture.ts';
import { buildFacts } from '../../bundle/build-facts.ts';
import { buildComponents } from '../../bundle/components.ts';
import { fetchNatsServer } from '../../bundle/nats-server.ts';
import { layOut } from '../../bundle/release-tree.ts';
import { dev } from '../../setup/paths.mjs';

/** The release as `npm run bundle` packs it, for this machine, unpacked. */
export const unpackedRelease = async (signal: AbortSignal): Promise<string> => {
  const folder = join(dev, 'bundle', 'footprint');
  await rm(folder, { recursive: true, force: true });
  const lib = join(folder, 'lib');
  await mkdir(lib, { recursive: true });
  const architecture = ARCHITECTURES.find(({ name }) => name === process.arch);
  if (architecture === undefined) throw new Error(`there is no release for ${process.arch}`);
  const npmParts = await buildComponents(lib);
  await layOut(join(folder, 'release'), architecture, { facts: await buildFacts(process.env), lib, npmParts, natsServer: await fetchNatsServer(join(folder, 'nats-server'), signal) }, signal);
  return join(folder, 'release');
};
