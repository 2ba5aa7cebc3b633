import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError } from '@axion/core';
import { tempDir } from '@axion/testkit';
import { expect, test } from 'vitest';
import type { Virsh } from '../vm/virsh.ts';
import { virshError } from '../vm/virsh-error.ts';
import { nfsDisks } from './nfs-disks.ts';
import { nfsSource } from './nfs-source.ts';
import { NfsPools } from './nfs-pools.ts';
import type { OwnVolume } from './volume-driver.ts';

const { signal } = new AbortController();
const source = nfsSource('data', 'nfs://store.example:2050/export/a%20b?vers=4.1');
const GB = 1024 ** 3;

/** A libvirt with pools of images. What it mounts shows in no list of mounts, as if somebody had unmounted it. */
const rig = async () => {
  const folder = await tempDir('pools');
  const pools = new Map<string, Map<string, number>>();
  const server = new Map<string, number>();
  const calls: string[] = [];
  const state = { mounts: '', reads: '' };
  const fail = (what: string, stderr: string): never => {
    throw virshError(what, stderr);
  };
  const run: Virsh['run'] = async (what, [command, ...args], _signal, input = '') => {
    calls.push(command);
    if (command === 'pool-list') return [...pools.keys()].map((name) => ` ${name} \n`).join('');
    if (command === 'pool-create') {
      if (state.mounts !== '') fail(what, state.mounts);
      // It saw the export before anybody else wrote to it.
      pools.set(/<name>(.*?)<\/name>/.exec(input)![1]!, new Map());
      return input;
    }
    const pool = pools.get(args.includes('--pool') ? args.at(-1)! : args[0]!)!;
    if (command === 'pool-destroy') pools.delete(args[0]!);
    if (command === 'pool-refresh') {
      if (state.reads !== '') fail(what, state.reads);
      for (const [name, size] of server) pool.set(name, size);
    }
    if (command === 'vol-dumpxml') {
      const size = pool.get(args[0]!) ?? fail(what, `error: failed to get vol '${args[0]}'`);
      return `<volume><capacity unit='bytes'>${size}</capacity><target><format type='${size === 0 ? 'raw' : 'qcow2'}'/></target></volume>`;
    }
    if (command === 'vol-create-as') for (const place of [pool, server]) place.set(args[1]!, Number.parseInt(args[2]!, 10) * GB);
    if (command === 'vol-delete') for (const place of [pool, server]) place.delete(args[0]!);
    return '';
  };
  return { folder, pools, server, calls, state, virsh: { run } };
};

test('an export is mounted by libvirt, with what it takes to wait for its server', async () => {
  const { folder, virsh } = await rig();
  await using _folder = folder;
  let xml = '';
  const seen: Pick<Virsh, 'run'> = { run: async (what, command, within, input) => ((xml = input ?? xml), virsh.run(what, command, within, input)) };
  await new NfsPools({ virsh: seen, folder: folder.path, inUse: async () => [], answers: async () => undefined }).open(source, signal);
  expect(xml).toContain('<host name="store.example"/><dir path="/export/a b"/><format type="nfs"/>');
  expect([...xml.matchAll(/option name="([^"]+)"/g)].map(([, name]) => name)).toEqual(['soft', 'timeo=50', 'retrans=2', 'retry=0', 'lookupcache=positive', 'nfsvers=4.1', 'port=2050']);
});

test('an image that exists is used as it is, also one that another node has made since', async () => {
  const { folder, server, calls, virsh } = await rig();
  await using _folder = folder;
  const pools = new NfsPools({ virsh, folder: folder.path, inUse: async () => [], answers: async () => undefined });
  expect(await pools.provide(source, 'a.qcow2', 1, signal)).toBe(GB);
  server.set('b.qcow2', 3 * GB);
  expect(await pools.provide(source, 'b.qcow2', 5, signal)).toBe(3 * GB);
  expect(calls.filter((call) => call === 'vol-create-as')).toHaveLength(1);
  server.set('c.qcow2', 0);
  await expect(pools.provide(source, 'c.qcow2', 5, signal)).rejects.toMatchObject({ reason: 'STORAGE_ERROR', message: expect.stringContaining('of format raw') as string });
  expect(calls.filter((call) => call === 'vol-create-as')).toHaveLength(1);
});

test('an export that is mounted is left alone, also where the folder is reached through a link; one that was unmounted is mounted again', async () => {
  const { folder, calls, virsh } = await rig();
  await using _folder = folder;
  await mkdir(join(folder.path, 'a disk'));
  await symlink(join(folder.path, 'a disk'), join(folder.path, 'volumes'));
  let mounts = '';
  const pools = new NfsPools({ virsh, folder: join(folder.path, 'volumes'), inUse: async () => [], answers: async () => undefined, mounts: async () => mounts });
  await pools.open(source, signal);
  const place = pools.of(source).path;
  mounts = `/dev/vda1 / ext4 rw 0 0\nstore.example:/export/a\\040b ${(await realpath(place)).replaceAll(' ', '\\040')} nfs4 rw 0 0\n`;
  await pools.open(source, signal);
  expect(calls).toEqual(['pool-list', 'pool-create', 'pool-list']);
  mounts = '';
  await pools.open(source, signal);
  expect(calls.slice(3)).toEqual(['pool-list', 'pool-destroy', 'pool-create']);
});

test('what a mount says is told, and whether its server is only away', async () => {
  const { folder, state, virsh } = await rig();
  await using _folder = folder;
  const pools = new NfsPools({ virsh, folder: folder.path, inUse: async () => [], answers: async () => undefined });
  const child = 'error: Failed to create pool from /dev/stdin\nerror: internal error: Child process (/bin/mount -o soft store:/x /y) unexpected exit status 32: mount.nfs: ';
  for (const [words, reason, retryable] of [['access denied by server while mounting store:/x', 'STORAGE_ERROR', true], ['Connection refused for store:/x on /y', 'STORAGE_AWAY', true], ['Connection timed out', 'STORAGE_AWAY', true]] as const) {
    state.mounts = child + words;
    await expect(pools.open(source, signal)).rejects.toMatchObject({ reason, retryable, message: `cannot mount store.example:/export/a b: mount.nfs: ${words}` });
  }
  state.mounts = '';
  state.reads = "error: Failed to refresh pool\nerror: cannot open path '/y': Input/output error";
  await expect(pools.reach(source, signal)).rejects.toMatchObject({ reason: 'STORAGE_AWAY', message: "cannot read store.example:/export/a b: cannot open path '/y': Input/output error" });
  state.mounts = "error: failed to connect to the hypervisor";
  await expect(pools.open(source, signal)).rejects.toMatchObject({ reason: 'LIBVIRT_UNREACHABLE' });
  const hangs: Pick<Virsh, 'run'> = { run: () => Promise.reject(new AxionError('UNAVAILABLE', 'libvirt hangs', { reason: 'LIBVIRT_UNREACHABLE', cause: new AxionError('DEADLINE_EXCEEDED', 'not within 60 s') })) };
  await expect(new NfsPools({ virsh: hangs, folder: folder.path, inUse: async () => [], answers: async () => undefined }).open(source, signal)).rejects.toMatchObject({ reason: 'STORAGE_AWAY' });
});

test('volumes of two machines that would have one name are two, and an export in use stays mounted', async () => {
  const { folder, pools, server, virsh } = await rig();
  await using _folder = folder;
  const fsType = 'nfs://store.example/x';
  const mark = { driver: 'nfs', name: 'data', source: fsType, disposable: true };
  let defined = [mark];
  const disks = nfsDisks({ virsh, folder: folder.path, marked: async () => defined, answers: async () => undefined });
  const own = (workload: string, name: string): OwnVolume => ({ workload, volume: { name, driver: 'nfs', sizeGb: 2, accessMode: '', fsType, mountPath: '', readOnly: false, retainPolicy: '' } });
  const made = [await disks.provide(own('a', 'b-c'), signal), await disks.provide(own('a-b', 'c'), signal)];
  expect(new Set(made.map(({ source: { path } }) => path)).size).toBe(2);
  expect(pools.size).toBe(1);
  await disks.remove({ workload: 'a', marked: { ...mark, name: 'b-c' } }, signal);
  expect([...server.keys()]).toEqual(['a-b+c.qcow2']);
  expect(pools.size).toBe(1);
  defined = [];
  await disks.detach({ workload: 'a-b', marked: { ...mark, name: 'c' } }, signal);
  expect(pools.size).toBe(0);
  await expect(disks.provide({ ...own('a-b', 'c'), volume: { ...own('a-b', 'c').volume, sizeGb: 1 } }, signal)).rejects.toThrow('does not shrink');
});
