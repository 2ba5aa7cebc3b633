// The release archives; `scripts/bundle.mjs` is the way in.
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dev, root } from '../setup/paths.mjs';
import { say, step } from '../setup/progress.mjs';
import { pack } from './archive.ts';
import { ARCHITECTURES } from './architecture.ts';
import { buildFacts } from './build-facts.ts';
import { buildComponents } from './components.ts';
import { installer } from './installer.mjs';
import { fetchNatsServer } from './nats-server.ts';
import type { Part } from './part.ts';
import { layOut, treeSize } from './release-tree.ts';
import { sha256, sumLines } from './sums.ts';
import { tool } from './tool.ts';

/** What a bundle may weigh, compressed. */
const MOST_BYTES = 45_000_000;

const { values } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist/bundle') }, arch: { type: 'string', multiple: true }, 'sign-key': { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort(new Error(name)));
const { signal } = stopping;

const out = resolve(values.out);
const work = join(dev, 'bundle', `work.${process.pid}`);
const wanted = ARCHITECTURES.filter(({ name }) => values.arch?.includes(name) ?? true);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

try {
  await mkdir(join(work, 'lib'), { recursive: true });
  await mkdir(out, { recursive: true });
  const facts = await buildFacts(process.env);
  const npmParts: readonly Part[] = await step(`Building axion ${facts.version}, one file a component`, () => buildComponents(join(work, 'lib')));
  const natsServer = await step('Fetching the sources of nats-server', () => fetchNatsServer(join(work, 'nats-server'), signal));
  const archives: string[] = [];
  for (const architecture of wanted) {
    const name = `axion-${facts.version}-linux-${architecture.name}`;
    await step(`${name}: the runtime, nats-server, units, licences, bill of materials`, () => layOut(join(work, name), architecture, { facts, lib: join(work, 'lib'), npmParts, natsServer }, signal));
    const packed = await step(`${name}: packing ${megabytes(await treeSize(join(work, name)))}`, () => pack(work, name, join(out, name), { epoch: facts.epoch, quick: values.quick }, signal));
    await copyFile(join(work, name, 'sbom.cdx.json'), join(out, `${name}.cdx.json`));
    archives.push(...packed, join(out, `${name}.cdx.json`));
  }
  await writeFile(join(out, 'install.sh'), await installer(), { mode: 0o755 });
  const sums = await Promise.all([...archives, join(out, 'install.sh')].map(async (file) => ({ path: basename(file), sha256: await sha256(file) })));
  await writeFile(join(out, 'SHA256SUMS'), sumLines(sums.toSorted((a, b) => (a.path < b.path ? -1 : 1))));
  await rm(join(out, 'SHA256SUMS.minisig'), { force: true });
  const key = values['sign-key'];
  if (key !== undefined) await tool('minisign', ['-S', '-s', resolve(key), '-t', `axion ${facts.version} ${facts.commit}`, '-m', join(out, 'SHA256SUMS')], { signal });
  for (const file of archives) {
    const { size } = await stat(file);
    say(`${megabytes(size).padStart(9)}  ${file}`);
    if (!values.quick && /\.tar\.(zst|gz)$/.test(file) && size > MOST_BYTES) throw new Error(`${basename(file)} weighs ${megabytes(size)}; a bundle is to stay under ${megabytes(MOST_BYTES)}`);
  }
  say(key === undefined ? `Not signed: no --sign-key was given. Sums are in ${join(out, 'SHA256SUMS')}` : `Signed: ${join(out, 'SHA256SUMS.minisig')}`);
} catch (error) {
  process.stderr.write(`\n${signal.aborted ? 'interrupted' : error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
