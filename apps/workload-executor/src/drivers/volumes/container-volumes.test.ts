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
  const volumes = {
    find: async (name: string) => kept.get(name),
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
  return { kept, said, of: new ContainerVolumes({ engine: { volumes } as unknown as Pick<Engine, 'volumes'>, log }) };
};

test('a size is enforced where the file system can, and otherwise said not to be', async () => {
  const [strict, plain] = [rig(true), rig(false)];
  for (const { of } of [strict, plain]) expect(await of.provide('w', [volume({ sizeGb: 3 })], signal)).toEqual([{ Type: 'volume', Source: 'w_data', Target: '/data', ReadOnly: false }]);
  expect(strict.kept.get('w_data')).toMatchObject({ options: { size: '3G' }, labels: { 'dev.axion.size-gb': '3', 'dev.axion.size-enforced': 'true' } });
  expect(plain.kept.get('w_data')).toMatchObject({ options: {}, labels: { 'dev.axion.size-enforced': 'false' } });
  expect(plain.said).toEqual([{ volume: 'w_data', size_gb: 3 }]);
});

test('an NFS volume is one that the engine mounts', async () => {
  const { kept, of } = rig();
  const nfs = volume({ driver: 'nfs', fsType: 'nfs://store.example/export/a%20b', readOnly: true });
  await of.check([nfs], signal);
  await of.provide('w', [nfs], signal);
  expect(kept.get('w_data')?.options).toEqual({ type: 'nfs', o: 'addr=store.example,ro', device: ':/export/a b' });
  await expect(of.check([volume({ driver: 'nfs', fsType: 'ext4' })], signal)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('what exists is used as it is, and only its own label lets its data go', async () => {
  const { kept, of } = rig();
  await of.provide('w', [volume(), volume({ name: 'scratch', mountPath: '/tmp/x', retainPolicy: 'delete' })], signal);
  const before = kept.get('w_data');
  await of.provide('w', [volume({ retainPolicy: 'delete' })], signal);
  expect(kept.get('w_data')).toBe(before);
  await of.remove('w', signal);
  expect([...kept.keys()]).toEqual(['w_data']);
});
