import type { Stats } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AxionError } from '@axion/core';
import { isHostFile, isImageFolder } from './host-folders.ts';
import { wasMade } from './made-disks.ts';
import { resolved } from './resolved-path.ts';

/** A path of a spec, and whose it is to be. */
export interface PlacedDisk {
  /** Of the spec, for errors. */
  readonly field: string;
  readonly path: string;
  /** A cdrom, a kernel and an image below another are only read. */
  readonly use: 'read' | 'write';
  /** The machine's folder in `volumes_dir`. */
  readonly folder: string;
}

/** What may be done there. */
export type PlaceKind = 'absent' | 'own' | 'device' | 'image' | 'unknown';

const invalid = ({ field, path }: PlacedDisk, what: string): AxionError =>
  new AxionError('INVALID_ARGUMENT', `${field} is ${JSON.stringify(path.slice(0, 200))}, ${what}`, { reason: 'INVALID_SPEC', retryable: false, details: { field } });

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** `CD001` of ISO 9660, `BEA01` and `NSR0x` of UDF, at the place both have for it. */
const isDisc = async (path: string): Promise<boolean> => {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(5), 0, 5, 32_769);
  return /^(?:CD001|BEA01|NSR0\d)$/.test(buffer.toString('latin1'));
};

/** Numbers `MAJOR:MINOR` of a device, its partitions, and what is built on any of them. */
const numbersFrom = async (number: string): Promise<readonly string[]> => {
  const folder = `/sys/dev/block/${number}`;
  const [parts, holders] = await Promise.all([folder, join(folder, 'holders')].map((each) => readdir(each).then((names) => names.map((name) => join(each, name, 'dev')), () => [])));
  const next = await Promise.all([...(parts ?? []), ...(holders ?? [])].map((file) => readFile(file, 'utf8').then((text) => text.trim(), () => '')));
  return [number, ...(await Promise.all(next.filter((each) => each !== '' && each !== number).map(numbersFrom))).flat()];
};

const isMounted = async ({ rdev }: Stats): Promise<boolean> => {
  const number = `${Math.floor(rdev / 256) & 0xfff}:${(rdev & 0xff) | (Math.floor(rdev / 4096) & 0xfff00)}`;
  const mounted = new Set((await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map((line) => line.split(' ')[2]));
  return (await numbersFrom(number)).some((each) => mounted.has(each));
};

/**
 * What a path of a spec leads to. A caller may say any path of the host, so whatever is not by its place or its content a
 * disk is refused: folders of the host, other machines' folders, devices that the host has mounted.
 *
 * `unknown` is a file that only its content can make an image.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`, `INVALID_SPEC`, with the field
 */
export const placeOf = async (disk: PlacedDisk): Promise<PlaceKind> => {
  const { path, use, folder } = disk;
  const [place, own] = await Promise.all([resolved(path), resolved(folder)]).catch((error: unknown) => {
    throw invalid(disk, `which cannot be looked at: ${(error as Error).message}`);
  });
  const found = await stat(place).catch(() => undefined);
  if (isBelow(place, dirname(own)) && !isBelow(place, own)) throw invalid(disk, "which is another machine's or the agent's own; a relative path is in the folder of this machine");
  if (found?.isBlockDevice() === true && place.startsWith('/dev/') && path.startsWith('/dev/')) {
    if (use === 'write' && (await isMounted(found))) throw invalid(disk, 'a device that the host has mounted');
    return 'device';
  }
  const inOwn = isBelow(place, own);
  if (!inOwn && isHostFile(place, use)) throw invalid(disk, 'which is in a folder of the host itself; disks are in the folder of the machine, in /var/lib/libvirt/images or in a folder made for them');
  if (found === undefined) return 'absent';
  if (!found.isFile()) throw invalid(disk, 'which is no file');
  if (inOwn) return 'own';
  if (isImageFolder(place) || (await wasMade(own, place, found))) return 'image';
  return use === 'read' && (await isDisc(place)) ? 'image' : 'unknown';
};

/** @throws {AxionError} for a file of the host that nothing shows to be an image */
export const refuseUnknown = (disk: PlacedDisk, format: string): never => {
  throw invalid(disk, `a file of format ${format} that this machine did not make; outside its own folder it takes qcow2, a disc image, a device, or a file in /var/lib/libvirt/images`);
};

/** @throws {AxionError} when another domain has it as a disk that it writes */
export const refuseTaken = async (disk: PlacedDisk, others: readonly string[]): Promise<void> => {
  const place = await resolved(disk.path);
  for (const other of others) if ((await resolved(other).catch(() => other)) === place) throw invalid(disk, 'which is a disk of another machine');
};

/** The files that a machine boots without a boot loader. @throws {AxionError} when one is the host's own and not a kernel's */
export const checkKernel = async (metadata: Readonly<Record<string, string>>, folder: string): Promise<void> => {
  for (const key of ['axion.kernel', 'axion.initrd']) {
    const path = metadata[key] ?? '';
    if (path !== '') await placeOf({ field: 'spec.vm.metadata', path, use: 'read', folder });
  }
};
