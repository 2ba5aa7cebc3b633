import { execFile } from 'node:child_process';
import { chmod, mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLibvirt } from '@axion/testkit';
import type { Libvirt } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disk, vmRig } from './vm-rig.ts';

const run = promisify(execFile);
let libvirt: Libvirt;
beforeAll(async () => {
  libvirt = await startLibvirt();
});
afterAll(() => libvirt[Symbol.asyncDispose]());

test('a disk elsewhere is made, grown and found again; a file of the host is none', async () => {
  const rig = await vmRig(libvirt);
  await using outside = await mkdtempDisposable(join(tmpdir(), 'axion-vm-outside-'));
  await chmod(outside.path, 0o711);
  const at = (name: string): string => join(outside.path, name);
  const boot = disk({ path: 'boot.raw', boot: true });
  const apply = (revision: string, over: Parameters<typeof disk>[0]): Promise<unknown> => rig.apply(rig.wanted(revision, { disks: [boot, disk(over)] }, 'stopped'));
  const refused = { code: 'INVALID_ARGUMENT', reason: 'INVALID_SPEC', details: { field: 'spec.vm.disks[1].path' } };
  const text = 'root:x:0:0\n'.repeat(200);
  await writeFile(at('passwd'), text);
  await expect(apply('r1', { path: at('passwd'), sizeGb: 1 })).rejects.toMatchObject(refused);
  await expect(apply('r1', { path: at('passwd'), type: 'cdrom' })).rejects.toMatchObject(refused);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', at('passwd'), at('leak.qcow2'), '1G']);
  await expect(apply('r1', { path: at('leak.qcow2'), format: 'qcow2' })).rejects.toMatchObject(refused);
  expect(await readFile(at('passwd'), 'utf8')).toBe(text);

  await apply('r1', { path: at('made.raw'), sizeGb: 1 });
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
  await apply('r2', { path: at('made.raw'), sizeGb: 2 });
  expect((await stat(at('made.raw'))).size).toBe(2 * 1024 ** 3);
  const other = await vmRig(libvirt);
  await expect(other.apply(other.wanted('r1', { disks: [disk({ path: at('made.raw') })] }, 'stopped'))).rejects.toMatchObject({ reason: 'INVALID_SPEC' });
  await expect(other.apply(other.wanted('r1', { disks: [disk({ path: rig.file('boot.raw') })] }, 'stopped'))).rejects.toMatchObject({ reason: 'INVALID_SPEC' });
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', at('base.qcow2'), '1G']);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', at('base.qcow2'), at('top.qcow2')]);
  await apply('r3', { path: at('top.qcow2'), format: 'qcow2', sizeGb: 2 });
  // Nobody has it now; it is still not the other's.
  await expect(other.apply(other.wanted('r1', { disks: [disk({ path: at('made.raw') })] }, 'stopped'))).rejects.toMatchObject({ reason: 'INVALID_SPEC' });
});
