import type { Disk, Domain, Interface } from './domain.ts';

/** A change of a domain that runs. What cannot be done while it runs is in its definition and comes with its next boot. */
export type LiveStep =
  | { readonly action: 'detach-disk'; readonly target: string }
  | { readonly action: 'attach-disk'; readonly disk: Disk }
  | { readonly action: 'change-medium'; readonly target: string; readonly path: string }
  | { readonly action: 'detach-interface'; readonly mac: string; readonly kind: Interface['source']['kind'] }
  | { readonly action: 'attach-interface'; readonly element: Interface }
  | { readonly action: 'set-memory'; readonly kib: number }
  | { readonly action: 'set-vcpus'; readonly count: number };

export interface LivePlan {
  readonly steps: readonly LiveStep[];
  /** What waits for the next boot, in words. */
  readonly later: readonly string[];
}

const sameDisk = (a: Disk, b: Disk): boolean => a.target === b.target && a.device === b.device && a.source?.path === b.source?.path && a.format === b.format;
const sameInterface = (a: Interface, b: Interface): boolean => a.mac === b.mac && a.source.kind === b.source.kind && a.source.name === b.source.name;

/**
 * From what runs to what is wanted. Disks and interfaces are plugged and unplugged, media changed; memory goes up and down
 * below what the guest was booted with. No step stops the guest, and none touches a file. Pure.
 */
export const planLive = (running: Domain, wanted: Domain): LivePlan => {
  const steps: LiveStep[] = [];
  const later: string[] = [];
  const isMedium = (disk: Disk): boolean => disk.device === 'cdrom';
  for (const disk of running.disks) {
    const stays = wanted.disks.find((each) => sameDisk(each, disk));
    if (stays !== undefined || (isMedium(disk) && wanted.disks.some((each) => isMedium(each) && each.target === disk.target))) continue;
    if (isMedium(disk)) later.push(`the drive ${disk.target} goes`);
    // Another disk takes its name: that cannot be done in two steps, of which the guest may refuse the first.
    else if (wanted.disks.some((each) => each.target === disk.target)) later.push(`another disk as ${disk.target}`);
    else steps.push({ action: 'detach-disk', target: disk.target });
  }
  for (const disk of wanted.disks) {
    if (running.disks.some((each) => sameDisk(each, disk))) continue;
    const holder = running.disks.find((each) => each.target === disk.target);
    if (!isMedium(disk) && holder !== undefined) continue;
    if (!isMedium(disk)) steps.push({ action: 'attach-disk', disk });
    else if (disk.source !== undefined && holder !== undefined && isMedium(holder)) steps.push({ action: 'change-medium', target: disk.target, path: disk.source.path });
    else later.push(`the drive ${disk.target} comes`);
  }
  for (const element of running.interfaces) {
    if (!wanted.interfaces.some((each) => sameInterface(each, element))) steps.push({ action: 'detach-interface', mac: element.mac, kind: element.source.kind });
  }
  for (const element of wanted.interfaces) {
    if (!running.interfaces.some((each) => sameInterface(each, element))) steps.push({ action: 'attach-interface', element });
  }
  if (wanted.memoryKib > running.memoryKib) later.push(`memory of ${Math.round(wanted.memoryKib / 1024)} MB`);
  else if (wanted.memoryKib !== running.currentMemoryKib) steps.push({ action: 'set-memory', kib: wanted.memoryKib });
  // Plugging in is the host's to do; for unplugging the guest would have to agree.
  if (wanted.vcpus > running.vcpus && wanted.vcpus <= running.maxVcpus) steps.push({ action: 'set-vcpus', count: wanted.vcpus });
  else if (wanted.vcpus !== running.vcpus) later.push(`${wanted.vcpus} processors`);
  const kernelOf = ({ directKernel }: Domain): string => JSON.stringify(directKernel ?? null);
  if (kernelOf(running) !== kernelOf(wanted)) later.push('another kernel');
  return { steps, later };
};
