import { execFile } from 'node:child_process';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sharedImage, tinyGuest } from '@axion/testkit';
import type { EngineApi, Libvirt } from '@axion/testkit';
import type { Rig, Row } from './executor-rig.ts';

const run = promisify(execFile);

/** What a workload was last asked to be. */
export type Asked = { readonly revision: string; readonly desired: 'RUNNING' | 'STOPPED' } | 'deleted';

/** A workload of one kind under test: how it is asked for, and what is wrong with what stands. */
export interface Fuzzed {
  readonly kind: 'container' | 'application' | 'machine';
  readonly id: string;
  spec(revision: string): object;
  /** Names what the runtime has that was not asked for last; empty: all is right. */
  wrong(asked: Asked): Promise<readonly string[]>;
  /** Changes when data was taken away and made anew; `undefined`: there is none yet. */
  data(): Promise<string | undefined>;
}

/** Ends at once when it is asked to, so that a run is about the executor and not about waiting for containers. */
const COMMAND = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];

const compare = (id: string, asked: Asked, found: readonly { readonly revision: string | undefined; readonly running: boolean }[]): readonly string[] => {
  const stands = JSON.stringify(found);
  if (asked === 'deleted') return found.length === 0 ? [] : [`${id} was deleted, and ${stands} stands`];
  const [only] = found;
  const right = found.length === 1 && only?.revision === asked.revision && only.running === (asked.desired === 'RUNNING');
  return right ? [] : [`${id} is to be ${asked.revision} ${asked.desired}, and ${stands} stands`];
};

const volumeBorn = async (engine: EngineApi, name: string): Promise<string | undefined> => {
  const found = (await engine.call('GET', `/volumes/${name}`).catch(() => undefined)) as { readonly CreatedAt: string } | undefined;
  return found?.CreatedAt;
};

const stateOf = (label: string, { Labels, State }: Row): { readonly revision: string | undefined; readonly running: boolean } => ({ revision: Labels[label], running: State === 'running' });

export const fuzzedContainer = (rig: Rig, engine: EngineApi, id: string): Fuzzed => ({
  kind: 'container',
  id,
  spec: () => ({ container: { image: sharedImage(), command: COMMAND, managedVolumes: [{ name: 'data', mountPath: '/data' }] } }),
  wrong: async (asked) => compare(id, asked, (await rig.rows(id)).map((row) => stateOf('dev.axion.revision', row))),
  data: () => volumeBorn(engine, `${id}_data`),
});

/** One service with a named volume. A label of its own tells the revision: Compose makes it anew with each. */
export const fuzzedCompose = (rig: Rig, engine: EngineApi, id: string): Fuzzed => ({
  kind: 'application',
  id,
  spec: (revision) => ({
    compose: { composeYaml: `version: "2.4"\nservices: {web: {image: "${sharedImage()}", init: true, command: [sleep, "1000"], stop_grace_period: 1s, labels: {fuzzed: ${revision}}, volumes: ["data:/data"]}}\nvolumes: {data: {labels: {dev.axion.workload: ${id}}}}` },
  }),
  wrong: async (asked) => compare(id, asked, (await rig.rows(id)).map((row) => stateOf('fuzzed', row))),
  data: () => volumeBorn(engine, `${id}_data`),
});

const MARK = 'precious';
const MARK_AT = 4096;

/** A tiny guest with a disk of its own and one that the agent makes. */
export const fuzzedMachine = async (libvirt: Libvirt, id: string): Promise<Fuzzed> => {
  const folder = join(libvirt.path, id);
  const [boot, data] = [join(folder, 'boot.raw'), join(folder, 'data.raw')];
  await mkdir(folder, { mode: 0o711 });
  await writeFile(boot, tinyGuest());
  await using image = await open(boot, 'r+');
  await image.write(MARK, MARK_AT);
  const virsh = async (...args: readonly string[]): Promise<string> => (await run('virsh', ['-q', '-c', libvirt.uri, ...args])).stdout;
  const standing = async (): Promise<readonly { readonly revision: string | undefined; readonly running: boolean }[]> => {
    const names = (await virsh('list', '--all', '--name')).split('\n').filter((name) => name.trim() === id);
    return Promise.all(names.map(async () => ({ revision: /axion:workload [^>]*revision=['"]([^'"]*)/.exec(await virsh('dumpxml', id, '--inactive'))?.[1], running: (await virsh('domstate', id)).trim() === 'running' })));
  };
  return {
    kind: 'machine',
    id,
    // The second disk comes and goes with the revisions.
    spec: (revision) => ({
      vm: { vcpus: 1, memoryMb: '64', disks: [{ path: 'boot.raw', format: 'raw', boot: true }, ...(revision.endsWith('6') ? [] : [{ path: 'data.raw', format: 'raw', sizeGb: '1' }])] },
    }),
    wrong: async (asked) => {
      await using disk = await open(boot);
      const { buffer } = await disk.read(Buffer.alloc(MARK.length), 0, MARK.length, MARK_AT);
      return [...compare(id, asked, await standing()), ...(buffer.toString() === MARK ? [] : [`the disk of ${id} was written over`])];
    },
    data: () => stat(data).then(({ ino }) => String(ino), () => undefined),
  };
};
