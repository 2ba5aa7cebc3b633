import type { SampleRow } from '@axion/contracts';
import { textOfHost } from '../host-files.ts';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import type { FileSystemSpace, Space } from '../file-system-space.ts';
import { isMeasured, parseMountinfo } from '../parse/mountinfo.ts';
import type { Mount } from '../parse/mountinfo.ts';
import { gauge } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

const LABELS = ['device', 'fstype', 'mountpoint'] as const;

const SPACES = [
  ['size_bytes', 'Size of the file system.', (space: Space) => space.size],
  ['free_bytes', 'Free bytes, with those kept for root.', (space: Space) => space.free],
  ['avail_bytes', 'Bytes that others than root can still use.', (space: Space) => space.available],
  ['files', 'Files the file system can hold.', (space: Space) => space.files],
  ['files_free', 'Files it can still take.', (space: Space) => space.filesFree],
] as const;

/**
 * Where this process sees the host's mounts: a container or a sandbox has a tree of its own, in which the same path may be another
 * file system. Any mount of a file system tells how full it is.
 *
 * @param own the mounts of this process
 */
const placesOf = (own: readonly Mount[]): ((mount: Mount) => string | undefined) => {
  const byNumber = new Map(own.map(({ number, mountPoint }) => [number, mountPoint]));
  const same = new Map(own.map(({ number, mountPoint }) => [mountPoint, number]));
  return ({ number, mountPoint }) => (same.get(mountPoint) === number ? mountPoint : byNumber.get(number));
};

/**
 * How full each mounted file system is. One that does not answer, or that this process does not see, has `device_error` 1 and no sizes;
 * the others are not held up.
 */
export class FilesystemGroup implements SampleGroup {
  readonly name = 'filesystem';
  readonly #files: HostFiles;
  readonly #proc: string;
  readonly #space: FileSystemSpace;

  constructor(files: HostFiles, paths: HostPaths, space: FileSystemSpace) {
    this.#files = files;
    this.#proc = paths.proc;
    this.#space = space;
  }

  async collect(): Promise<readonly MetricFamily[]> {
    // A unit's own view has everything read-only that its sandbox protects.
    const mounts = parseMountinfo(textOfHost(this.#files, this.#proc, 'mountinfo')).filter(isMeasured);
    const placeOf = placesOf(parseMountinfo(this.#files.text(`${this.#proc}/self/mountinfo`)));
    const measured: { mount: Mount; space: Space | undefined }[] = [];
    // One after the other: side by side, a dead server's mounts could take every file thread of the process at once.
    for (const mount of mounts) {
      const place = placeOf(mount);
      measured.push({ mount, space: place === undefined ? undefined : await this.#space.of(place) });
    }
    const rowsOf = (value: (space: Space) => number): SampleRow[] =>
      measured.flatMap(({ mount, space }) => (space === undefined ? [] : [[value(space), ...labelsOf(mount)] as const]));
    const flag = (value: (seen: { mount: Mount; space: Space | undefined }) => boolean): SampleRow[] =>
      measured.map((seen): SampleRow => [value(seen) ? 1 : 0, ...labelsOf(seen.mount)]);
    return [
      ...SPACES.map(([name, help, value]) => gauge(`node_filesystem_${name}`, help, LABELS, rowsOf(value))),
      gauge('node_filesystem_readonly', '1 where the file system is mounted read-only.', LABELS, flag(({ mount }) => mount.readOnly)),
      gauge('node_filesystem_device_error', '1 where the file system did not answer.', LABELS, flag(({ space }) => space === undefined)),
    ];
  }
}

const labelsOf = ({ device, fsType, mountPoint }: Mount): [string, string, string] => [device, fsType, mountPoint];
