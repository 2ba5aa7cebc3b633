import { join } from 'node:path';
import type { DiskConfig } from '../../workload/spec.ts';
import type { VolumeDisk } from '../volumes/volume-driver.ts';
import type { Disk, DiskSource } from './domain.ts';

export const isCdrom = ({ type, device, path }: Pick<DiskConfig, 'type' | 'device' | 'path'>): boolean => type === 'cdrom' || type === 'iso' || device === 'cdrom' || (type === '' && path.endsWith('.iso'));

export interface WantedDisks {
  readonly disks: readonly DiskConfig[];
  readonly volumes: readonly VolumeDisk[];
  readonly seed: string | undefined;
  /** The machine's own folder, where relative and missing paths lead. */
  readonly folder: string;
  /** Names that a running guest has in use; one that is unplugged may stay for a while. */
  readonly targetsInUse: readonly string[];
}

/** Of a cloud-init seed that the agent wrote. */
export const isSeedPath = (path: string): boolean => /\/seed-[0-9a-f]{16}\.iso$/.test(path);

const NAMED = /^(?:vd|sd)[a-z]{1,2}$/;
/** virtio shows so much of a serial. */
const SERIAL_LENGTH = 20;

/** The file of a disk. A missing path is one in the machine's folder, named after the disk's place in the list. Pure. */
export const diskPath = (disk: DiskConfig, index: number, folder: string): string => {
  if (disk.path.startsWith('/')) return disk.path;
  if (disk.path !== '') return join(folder, disk.path);
  const name = NAMED.test(disk.device) ? disk.device : `disk${index}`;
  return join(folder, `${name}.${disk.format === 'raw' ? 'raw' : 'qcow2'}`);
};

export const diskFormat = (disk: DiskConfig): string => (isCdrom(disk) ? 'raw' : disk.format === '' ? 'qcow2' : disk.format);

interface Draft {
  readonly device: Disk['device'];
  readonly source: DiskSource;
  readonly format: string;
  readonly readOnly: boolean;
  readonly asked: string;
  readonly isSeed?: true;
  readonly serial?: string;
  readonly remote?: boolean;
  /** Lower boots earlier; `undefined`: not at all. */
  readonly boot: number | undefined;
}

/**
 * The disks of a domain. A disk that was there (the same file) keeps its name and place in the guest, whatever is added
 * or removed around it. Pure.
 */
export const wantedDisks = ({ disks, volumes, seed, folder, targetsInUse }: WantedDisks, existing: readonly Disk[]): readonly Disk[] => {
  const drafts: Draft[] = disks.map((disk, index) => ({
    device: isCdrom(disk) ? 'cdrom' : 'disk',
    source: { kind: disk.path.startsWith('/dev/') ? 'block' : 'file', path: diskPath(disk, index, folder) },
    format: diskFormat(disk),
    readOnly: isCdrom(disk),
    asked: NAMED.test(disk.device) ? disk.device : '',
    boot: (disk.boot ? 0 : 1000) + (isCdrom(disk) ? 500 : 0) + index,
  }));
  drafts.push(...volumes.map(({ name, source, format, readOnly, remote }): Draft => ({ device: 'disk', source, format, readOnly, ...(remote ? { remote } : {}), asked: '', serial: name.slice(0, SERIAL_LENGTH), boot: undefined })));
  if (seed !== undefined) drafts.push({ device: 'cdrom', source: { kind: 'file', path: seed }, format: 'raw', readOnly: true, asked: '', isSeed: true, boot: undefined });

  // A seed changes its file with its contents, and keeps its drive.
  const before = ({ device, source: { path }, isSeed }: Draft): Disk | undefined =>
    existing.find((disk) => disk.device === device && (disk.source?.path === path || (isSeed === true && isSeedPath(disk.source?.path ?? ''))));
  // Whoever asks for a name has it, also before one that had it until now.
  const askedFor = new Set(drafts.map((draft) => draft.asked).filter((name) => name !== ''));
  const taken = new Set([...targetsInUse, ...askedFor, ...drafts.flatMap((draft) => before(draft)?.target ?? [])]);
  const order = new Map([...drafts.entries()].filter(([, { boot }]) => boot !== undefined).toSorted(([, a], [, b]) => (a.boot ?? 0) - (b.boot ?? 0)).map(([index], rank) => [index, rank + 1]));
  return drafts.map((draft, index) => {
    const { device, source, format, readOnly, remote, serial } = draft;
    const found = before(draft);
    const kept = found === undefined || askedFor.has(found.target) ? undefined : found.target;
    const target = draft.asked !== '' ? draft.asked : (kept ?? free(device === 'cdrom' ? 'sd' : 'vd', taken));
    const bootOrder = order.get(index);
    return {
      device, source, format, target, readOnly,
      ...(remote === undefined ? {} : { remote }),
      ...(serial === undefined ? {} : { serial }),
      ...(bootOrder === undefined ? {} : { bootOrder }),
      ...(found?.address === undefined || found.target !== target ? {} : { address: found.address }),
    };
  });
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');

const free = (prefix: string, taken: Set<string>): string => {
  const names = ['', ...LETTERS].flatMap((first) => LETTERS.map((letter) => `${prefix}${first}${letter}`));
  const name = names.find((each) => !taken.has(each)) ?? `${prefix}zz`;
  taken.add(name);
  return name;
};
