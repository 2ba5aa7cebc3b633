import { AxionError } from '@axion/core';
import { GB } from '../vm/disk-image.ts';
import { storageProgram } from './storage-program.ts';

const POOL = 'rbd';

/** `fs_type` may name the pool: `rbd://POOL`. The image is the workload's own; `+` is in no id, so no two workloads have one. */
export const rbdImage = (workload: string, name: string, fsType: string): string => {
  const [, pool = POOL] = /^rbd:\/\/([A-Za-z0-9][A-Za-z0-9_.-]*)\/?$/.exec(fsType) ?? [];
  return `${pool}/axion+${workload}+${name}`;
};

/** What a container's image is formatted with; `fs_type` names it where it names no pool. */
export const rbdFileSystem = (fsType: string): string => (fsType === 'xfs' ? 'xfs' : 'ext4');

/** Says that there is no Ceph here, before anything else is tried. */
export const checkRbd = async (signal: AbortSignal): Promise<void> => void (await storageProgram('use Ceph volumes', 'rbd', ['--version'], signal));

interface RbdInfo {
  readonly size: number;
}

const info = async (image: string, signal: AbortSignal): Promise<RbdInfo | undefined> => {
  try {
    return JSON.parse(await storageProgram(`read Ceph image ${image}`, 'rbd', ['info', '--format', 'json', image], signal)) as RbdInfo;
  } catch (error) {
    // From any other failure it does not follow that there is none.
    if (error instanceof AxionError && /no such file or directory/i.test(error.message) && /error opening image/i.test(error.message)) return undefined;
    throw error;
  }
};

/** Makes it, or grows it; never shrinks. */
export const provideRbd = async (image: string, sizeGb: number, signal: AbortSignal): Promise<void> => {
  const found = await info(image, signal);
  if (found === undefined) await storageProgram(`create Ceph image ${image}`, 'rbd', ['create', '--size', `${sizeGb}G`, image], signal);
  else if (found.size < sizeGb * GB) await storageProgram(`grow Ceph image ${image}`, 'rbd', ['resize', '--size', `${sizeGb}G`, image], signal);
};

interface Mapped {
  readonly pool: string;
  readonly name: string;
  readonly device: string;
}

/** Where there is nothing to list, `rbd` prints nothing, or an empty list. */
const listed = async <T>(what: string, args: readonly string[], signal: AbortSignal): Promise<T | undefined> => {
  const printed = await storageProgram(what, 'rbd', [...args, '--format', 'json'], signal);
  return printed.trim() === '' ? undefined : (JSON.parse(printed) as T);
};

const mapped = async (image: string, signal: AbortSignal): Promise<string | undefined> => {
  const rows = (await listed<readonly Mapped[]>('list mapped Ceph images', ['device', 'list'], signal)) ?? [];
  return rows.find(({ pool, name }) => `${pool}/${name}` === image)?.device;
};

/** What the kernel and the sandbox of a unit answer to whoever may not map. */
const NOT_ALLOWED = /permission denied|operation not permitted|read-only file system/i;

/** @returns the block device */
export const mapRbd = async (image: string, signal: AbortSignal): Promise<string> => {
  const found = await mapped(image, signal);
  if (found !== undefined) return found;
  try {
    return (await storageProgram(`map Ceph image ${image}`, 'rbd', ['device', 'map', image], signal)).trim();
  } catch (error) {
    if (!(error instanceof AxionError) || !NOT_ALLOWED.test(error.message)) throw error;
    throw new AxionError('FAILED_PRECONDITION', `${error.message.replaceAll(/\s*\n\s*/g, '; ')}; the agent's unit may not map Ceph images: give it the rights that are listed under "Volumes" of the operators' pages`, { reason: 'STORAGE_ERROR', retryable: false, cause: error });
  }
};

export const unmapRbd = async (image: string, signal: AbortSignal): Promise<void> => {
  const device = await mapped(image, signal);
  if (device !== undefined) await storageProgram(`unmap Ceph image ${image}`, 'rbd', ['device', 'unmap', device], signal);
};

export const removeRbd = async (image: string, signal: AbortSignal): Promise<void> => {
  if ((await info(image, signal)) !== undefined) await storageProgram(`remove Ceph image ${image}`, 'rbd', ['remove', '--no-progress', image], signal);
};

/** On the image: whether its file system is being made (`begun`), or was (`done`). */
const FORMAT_MARK = 'axion.format';

const formatMark = async (image: string, signal: AbortSignal): Promise<string | undefined> => {
  const marks = await listed<Readonly<Record<string, string>>>(`read the marks of Ceph image ${image}`, ['image-meta', 'list', image], signal);
  return marks?.[FORMAT_MARK];
};

/** Whether nothing was ever written to it. */
const isEmpty = async (image: string, signal: AbortSignal): Promise<boolean> => {
  const extents = await listed<readonly unknown[]>(`look for data on Ceph image ${image}`, ['diff', '--whole-object', image], signal);
  return (extents ?? []).length === 0;
};

/**
 * Makes a file system on an image that nothing was ever written to, or whose making was cut short before anybody had it; what holds
 * anything else, be it known or not, is left as it is.
 */
export const formatRbd = async (image: string, fileSystem: string, signal: AbortSignal): Promise<void> => {
  const device = `/dev/rbd/${image}`;
  const found = await formatMark(image, signal);
  if (found !== 'begun' && (found !== undefined || !(await isEmpty(image, signal)))) return;
  const mark = (state: string): Promise<string> => storageProgram(`mark Ceph image ${image}`, 'rbd', ['image-meta', 'set', image, FORMAT_MARK, state], signal);
  await mark('begun');
  await storageProgram(`format ${device}`, `mkfs.${fileSystem}`, ['-q', fileSystem === 'xfs' ? '-f' : '-F', device], signal);
  await mark('done');
};
