import { execFile } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@axion/core';
import { tinyGuest, TINY_GUEST_UP, uniqueName, waitFor } from '@axion/testkit';
import type { Libvirt } from '@axion/testkit';
import pino from 'pino';
import type { Instance, Wanted } from '../src/drivers/driver.ts';
import { openVmDriver } from '../src/drivers/vm/open-vm-driver.ts';
import type { VmDriver } from '../src/drivers/vm/vm-driver.ts';
import type { DiskConfig, VmSpec } from '../src/workload/spec.ts';

const run = promisify(execFile);

export interface VmRig {
  readonly driver: VmDriver;
  /** Where disks of machines are. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly id: string;
  wanted(revision: string, spec?: Partial<VmSpec>, desired?: 'running' | 'stopped'): Wanted<'vm'>;
  apply(wanted: Wanted<'vm'>): Promise<Instance>;
  inspect(): Promise<Instance | 'absent'>;
  /** What libvirt says when it is asked beside the driver. */
  virsh(...args: readonly string[]): Promise<string>;
  /** Until the guest has said so on its console. */
  booted(times?: number): Promise<void>;
  inDisk(file: string, at: number, text: string): Promise<void>;
  atDisk(file: string, at: number, length: number): Promise<string>;
  /** A file of the machine's own folder. */
  file(name: string): string;
  /** A second driver of the same libvirt: what a restart of the executor has. */
  again(): VmDriver;
}

export const disk = (over: Partial<DiskConfig> = {}): DiskConfig => ({ path: '', device: '', format: 'raw', sizeGb: 0, type: 'disk', boot: false, ...over });

/** A machine of its own, with a boot disk `boot.raw` that holds a tiny guest. */
export const vmRig = async (libvirt: Libvirt, guest: { readonly obeys?: boolean } = {}): Promise<VmRig> => {
  const id = uniqueName('vm');
  const make = (): VmDriver =>
    openVmDriver({ uri: libvirt.uri, folder: libvirt.path, env: process.env, clock: systemClock, log: pino({ level: 'silent' }), graceMs: 4000, virtType: async () => 'qemu' });
  const driver = make();
  const own = join(libvirt.path, id);
  await mkdir(own, { recursive: true, mode: 0o711 });
  await writeFile(join(own, 'boot.raw'), tinyGuest(guest));
  const signal = AbortSignal.timeout(110_000);
  const virsh: VmRig['virsh'] = async (...args) => (await run('virsh', ['-q', '-c', libvirt.uri, ...args])).stdout.trim();
  return {
    driver,
    folder: libvirt.path,
    signal,
    id,
    wanted: (revision, spec = {}, desired = 'running') => ({
      id, revision, desired, memo: `sealed ${id} ${revision} <&">`,
      spec: { name: '', vcpus: 1, memoryMb: 64, disks: [disk({ path: 'boot.raw', boot: true })], networks: [], cloudInit: '', metadata: {}, managedVolumes: [], ...spec },
    }),
    apply: async (wanted) => {
      driver.validate(wanted.id, wanted.spec);
      await driver.prepare(wanted, undefined, signal);
      return driver.replace(wanted, undefined, signal);
    },
    inspect: async () => {
      const observed = await driver.inspect(id, signal);
      if (!observed.known) throw observed.because;
      return observed.value;
    },
    virsh,
    booted: async (times = 1) => {
      await waitFor(async () => (await readFile(join(own, 'console.log'), 'utf8')).split(TINY_GUEST_UP).length > times, { what: 'the guest to boot', timeoutMs: 60_000, intervalMs: 100 });
    },
    inDisk: async (file, at, text) => {
      await using image = await open(join(own, file), 'r+');
      await image.write(text, at);
    },
    atDisk: async (file, at, length) => {
      await using image = await open(join(own, file));
      return (await image.read(Buffer.alloc(length), 0, length, at)).buffer.toString();
    },
    file: (name) => join(own, name),
    again: make,
  };
};
