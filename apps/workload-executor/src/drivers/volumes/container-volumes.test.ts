import { AxionError } from '@axion/core';
import type { Engine, Volume } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import { expect, test } from 'vitest';
import type { ManagedVolumeSpec } from '../../workload/spec.ts';
import { ContainerVolumes } from './container-volumes.ts';

const { signal } = new AbortController();
const volume = (over: Partial<ManagedVolumeSpec> = {}): ManagedVolumeSpec => ({ name: 'data', driver: 'local', sizeGb: 0, accessMode: '', fsType: '', mountPath: '/data', readOnly: false, retainPolicy: '', ...over });

/** An engine that keeps volumes; `quotas`: its file system can bound their size. */
const rig = (quotas = false) => {
  const kept = new Map<string, Pick<Volume, 'name' | 'labels'> & { readonly options: Readonly<Record<string, string>> }>();
  const said: unknown[] = [];
  const asked: string[] = [];
  const volumes = {
    find: () => Promise.reject(new Error('an engine waits there for a server that is away')),
    list: async () => [...kept.values()],
    create: async ({ Name, DriverOpts = {}, Labels = {} }: { readonly Name: string; readonly DriverOpts?: Readonly<Record<string, string>>; readonly Labels?: Readonly<Record<string, string>> }) => {
      if ('size' in DriverOpts && !quotas) throw new AxionError('INTERNAL', 'quota size requested but no quota support');
      const made = { name: Name, labels: Labels, options: DriverOpts };
      kept.set(Name, made);
      return made;
    },
    remove: async (name: string) => void kept.delete(name),
  };
  const log = { warn: (facts: unknown) => said.push(facts) } as unknown as Logger;
  const answers = async ({ server, port }: { readonly server: string; readonly port: string | undefined }): Promise<void> => void asked.push(`${server} ${port}`);
  return { kept, said, asked, of: new ContainerVolumes({ engine: { volumes } as unknown as Pick<Engine, 'volumes'>, log, answers }) };
};

test('a size is enforced where the file system can, and otherwise said not to be', async () => {
  const [strict, plain] = [rig(true), rig(false)];
  for (const { of } of [strict, plain]) expect(await of.provide('w', [volume({ sizeGb: 3 })], signal)).toEqual([{ Type: 'volume', Source: 'w_data', Target: '/data', ReadOnly: false }]);
  expect(strict.kept.get('w_data')).toMatchObject({ options: { size: '3G' }, labels: { 'dev.axion.size-gb': '3', 'dev.axion.size-enforced': 'true' } });
  expect(plain.kept.get('w_data')).toMatchObject({ options: {}, labels: { 'dev.axion.size-enforced': 'false' } });
  expect(plain.said).toEqual([{ volume: 'w_data', size_gb: 3 }]);
});

test('an NFS volume is one that the engine mounts', async () => {
  const { kept, asked, of } = rig();
  const nfs = volume({ driver: 'nfs', fsType: 'nfs://store.example/export/a%20b', accessMode: 'ReadOnlyMany' });
  await of.check('w', [nfs], signal);
  const options = async (workload: string, wanted: ManagedVolumeSpec): Promise<unknown> => kept.get((await of.provide(workload, [wanted], signal))[0]?.Source ?? '')?.options;
  expect(await options('w', nfs)).toEqual({ type: 'nfs', o: 'addr=store.example,ro,nfsvers=4', device: ':/export/a b' });
  // A way that was wrong can be mended: the engine itself would go on with the first.
  expect(await options('w', volume({ driver: 'nfs', fsType: 'nfs://[fd00::1]:2050/x?vers=3' }))).toEqual({ type: 'nfs', o: 'addr=fd00::1,rw,nfsvers=3,port=2050', device: ':/x' });
  // Nobody has the engine wait for a server that does not answer: before an apply, and before a start of what is there.
  await of.attach('w', [...kept.keys()], signal);
  expect(asked).toEqual(['store.example undefined', 'store.example undefined', 'fd00::1 2050']);
  for (const fsType of ['ext4', 'nfs://a,suid/x', 'nfs://a/x?vers=9', 'nfs://a/x?sec=none', 'nfs://a/%zz']) {
    await expect(of.check('w', [volume({ driver: 'nfs', fsType })], signal), fsType).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
});

test('a start waits for the servers of what the container mounts, not for those of former revisions', async () => {
  const { asked, of } = rig();
  const [former] = await of.provide('w', [volume({ driver: 'nfs', fsType: 'nfs://gone.example/x' })], signal);
  const [present] = await of.provide('w', [volume({ driver: 'nfs', fsType: 'nfs://here.example/x' })], signal);
  await of.attach('w', [], signal);
  expect(asked).toEqual([]);
  await of.attach('w', [present!.Source], signal);
  expect(asked).toEqual(['here.example undefined']);
  await of.attach('w', [former!.Source], signal);
  expect(asked).toContain('gone.example undefined');
});

test('what exists is used as it is, and only its own label lets its data go', async () => {
  const { kept, of } = rig();
  await of.provide('w', [volume(), volume({ name: 'scratch', mountPath: '/tmp/x', retainPolicy: 'delete' })], signal);
  const before = kept.get('w_data');
  await of.provide('w', [volume({ retainPolicy: 'delete' })], signal);
  expect(kept.get('w_data')).toBe(before);
  await of.remove('w', undefined, signal);
  expect([...kept.keys()]).toEqual(['w_data']);
  // The last spec wins.
  await of.provide('w', [volume({ name: 'scratch', mountPath: '/tmp/x', retainPolicy: 'delete' })], signal);
  await of.remove('w', [volume({ retainPolicy: 'delete' }), volume({ name: 'scratch' })], signal);
  expect([...kept.keys()]).toEqual(['w_scratch']);
});

test('a volume of that name that is somebody else\'s is refused; one without an owner is taken', async () => {
  const { kept, of } = rig();
  await of.provide('a', [volume({ name: 'b_c' })], signal);
  kept.set('web_data', { name: 'web_data', labels: { 'com.docker.compose.project': 'web' }, options: {} });
  kept.set('old_data', { name: 'old_data', labels: {}, options: {} });
  for (const [workload, name, owner] of [['a_b', 'c', 'workload a'], ['web', 'data', 'Compose project web']] as const) {
    await expect(of.check(workload, [volume({ name })], signal)).rejects.toMatchObject({ reason: 'VOLUME_IN_USE', message: expect.stringContaining(owner) as string });
    await expect(of.provide(workload, [volume({ name })], signal)).rejects.toMatchObject({ reason: 'VOLUME_IN_USE' });
  }
  expect(await of.provide('old', [volume()], signal)).toMatchObject([{ Source: 'old_data' }]);
});
