import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@axion/core';
import type { Clock } from '@axion/core';
import { hostMachine } from './wanted-domain.ts';
import type { Virsh } from './virsh.ts';

/** A boot sector that switches the machine off: `mov dx,604h; mov ax,2000h; out dx,ax; hlt`, QEMU's ACPI power control. */
const OFF = `ba0406b80020eff4ebfd${'00'.repeat(500)}55aa`;
/** What follows the sector is a hole. */
const DISK_BYTES = 1024 * 1024;
/** A healthy KVM boots and is off in well under a second; one that only pretends takes minutes, or never does. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 200;

/**
 * Whether guests run on KVM here, seen by running one: a machine may offer KVM that does not carry a guest (nested on a
 * host that emulates it), or not the processor that our guests are given. Libvirt runs it, so its rights to /dev/kvm count, not the agent's.
 */
export const detectVirtType = async (virsh: Virsh, clock: Clock, folder: string, signal: AbortSignal): Promise<'kvm' | 'qemu'> => {
  const { arch, machine } = hostMachine(process.arch);
  if (arch !== 'x86_64') return (await virsh.ask('ask what libvirt can run', [['domcapabilities', '--virttype', 'kvm']], signal))[0] === '' ? 'qemu' : 'kvm';
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const work = await mkdtemp(join(folder, '.probe-'));
  // QEMU runs as a user of its own.
  await chmod(work, 0o711);
  const name = `axion-probe-${newId()}`;
  try {
    const image = join(work, 'off.img');
    await writeFile(image, OFF, 'hex');
    await truncate(image, DISK_BYTES);
    const disk = `<disk type="file" device="disk"><driver name="qemu" type="raw"/><source file="${image}"/><target dev="vda" bus="virtio"/></disk>`;
    const xml = `<domain type="kvm"><name>${name}</name><memory unit="MiB">64</memory><vcpu>1</vcpu><os><type arch="${arch}" machine="${machine}">hvm</type><boot dev="hd"/></os><features><acpi/></features><cpu mode="host-passthrough"/><devices>${disk}<memballoon model="none"/></devices></domain>`;
    await virsh.run('run a guest on KVM', ['create', '/dev/stdin'], signal, xml);
    for (const began = clock.monotonic(); clock.monotonic() - began < PATIENCE_MS; await clock.sleep(LOOK_MS, signal)) {
      const [state] = await virsh.ask('look at the guest on KVM', [['domstate', name]], signal);
      if (state === '') return 'kvm';
    }
    return 'qemu';
  } catch (error) {
    signal.throwIfAborted();
    if ((error as { readonly reason?: string }).reason === 'LIBVIRT_UNREACHABLE') throw error;
    return 'qemu';
  } finally {
    await virsh.ask('end the guest on KVM', [['destroy', name]], AbortSignal.timeout(10_000)).catch(() => undefined);
    await rm(work, { recursive: true, force: true });
  }
};
