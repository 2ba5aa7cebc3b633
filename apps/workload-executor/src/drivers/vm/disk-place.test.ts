import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkKernel, placeOf, refuseTaken } from './disk-place.ts';
import type { PlacedDisk } from './disk-place.ts';
import { noteMade } from './made-disks.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'axion-places-'));
  folder = join(root, 'volumes', 'w');
  await Promise.all([folder, join(root, 'volumes', 'other'), join(root, 'srv')].map((each) => mkdir(each, { recursive: true })));
  await Promise.all([join(folder, 'own.raw'), join(root, 'volumes/other/boot.raw'), join(root, 'srv/notes.txt')].map((each) => writeFile(each, 'x')));
  await symlink('/etc/passwd', join(root, 'srv/link.raw'));
  await symlink('/etc', join(root, 'srv/folder'));
  await symlink(join(root, 'volumes/other'), join(folder, 'beside'));
});
afterAll(() => rm(root, { recursive: true }));

const at = (path: string, use: PlacedDisk['use'] = 'write'): PlacedDisk => ({ field: 'spec.vm.disks[0].path', path: path.startsWith('/') ? path : join(root, path), use, folder });
const refused = { code: 'INVALID_ARGUMENT', reason: 'INVALID_SPEC', retryable: false, details: { field: 'spec.vm.disks[0].path' } };

test.each(['volumes/other/boot.raw', 'volumes/other/new.raw', 'volumes/w/beside/boot.raw', 'volumes/.nfs/x', 'srv/link.raw', 'srv/folder/new.qcow2', 'srv', '/etc/passwd', '/etc/not-there.qcow2', '/dev/null', '/dev/shm/x', '/dev/not-there', '/proc/self/mem', '/usr/bin/env'])('%s is no disk', async (path) => {
  await expect(placeOf(at(path))).rejects.toMatchObject(refused);
});

test('a place is told from its links and its content', async () => {
  expect(await placeOf(at('volumes/w/own.raw'))).toBe('own');
  expect(await placeOf(at('volumes/w/new/deep.raw'))).toBe('absent');
  expect(await placeOf(at('srv/new.raw'))).toBe('absent');
  expect(await placeOf(at('srv/notes.txt'))).toBe('unknown');
  expect(await placeOf(at('srv/notes.txt', 'read'))).toBe('unknown');
  await writeFile(join(root, 'srv/disc.iso'), `${'\0'.repeat(32_769)}CD001`);
  expect(await placeOf(at('srv/disc.iso', 'read'))).toBe('image');
  expect(await placeOf(at('srv/disc.iso'))).toBe('unknown');
});

test('what was made for the machine is its own, and only that very file', async () => {
  const path = join(root, 'srv/made.raw');
  await writeFile(path, 'disk');
  await noteMade(folder, path);
  expect(await placeOf(at(path))).toBe('image');
  await writeFile(join(root, 'srv/other'), 'other');
  const { ino } = await stat(path);
  await rm(path);
  await symlink(join(root, 'srv/other'), path);
  expect((await stat(path)).ino).not.toBe(ino);
  expect(await placeOf(at(path))).toBe('unknown');
});

test('a disk of another machine is taken, under whatever name', async () => {
  await symlink(join(root, 'srv/notes.txt'), join(root, 'srv/alias'));
  await expect(refuseTaken(at('srv/alias'), [join(root, 'gone'), join(root, 'srv/notes.txt')])).rejects.toMatchObject(refused);
  await refuseTaken(at('srv/alias'), [join(root, 'srv/else')]);
});

test('a kernel is no secret of the host', async () => {
  await expect(checkKernel({ 'axion.kernel': '/boot/vmlinuz', 'axion.initrd': '/etc/shadow' }, folder)).rejects.toMatchObject({ ...refused, details: { field: 'spec.vm.metadata' } });
  await checkKernel({ 'axion.kernel': '/boot/vmlinuz' }, folder);
});
