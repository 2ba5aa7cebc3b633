import { fieldsOf, linesOf } from './lines.ts';

export interface Mount {
  /** `major:minor` of the file system: two mounts with the same are of one. */
  readonly number: string;
  readonly device: string;
  readonly mountPoint: string;
  readonly fsType: string;
  readonly readOnly: boolean;
}

/** The kernel writes blank, tab, line feed and backslash in paths as three octal digits. */
const unescape = (path: string): string => path.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Kernel interfaces and image layers: they have no space of their own to run out of. */
const WITHOUT_SPACE = new Set([
  'autofs', 'binfmt_misc', 'bpf', 'cgroup', 'cgroup2', 'configfs', 'debugfs', 'devpts', 'devtmpfs', 'erofs', 'fusectl', 'hugetlbfs', 'iso9660', 'mqueue',
  'nsfs', 'overlay', 'proc', 'procfs', 'pstore', 'rpc_pipefs', 'securityfs', 'selinuxfs', 'squashfs', 'sysfs', 'tracefs',
]);

/** Places where runtimes mount one file system a container, and kernel trees. */
const NOT_FOR_PEOPLE = /^\/(dev|proc|sys|run\/credentials|run\/user|var\/lib\/docker|var\/lib\/containers\/storage)(\/|$)/;

/** The file systems worth measuring. The root stays whatever its type: an agent in a container has an overlay there, and it can fill up. */
export const isMeasured = (mount: Mount): boolean => mount.mountPoint === '/' || (!WITHOUT_SPACE.has(mount.fsType) && !NOT_FOR_PEOPLE.test(mount.mountPoint));

/** Parses /proc/PID/mountinfo (proc_pid_mountinfo(5)). A later mount on the same point hides the earlier, so only the last is there to be measured. */
export const parseMountinfo = (text: string): Mount[] => {
  const visible = new Map<string, Mount>();
  for (const line of linesOf(text)) {
    const [left = '', right] = line.split(' - ', 2);
    const [, , number = '', , mountPoint, options] = fieldsOf(left);
    if (right === undefined || mountPoint === undefined || options === undefined) continue;
    const [fsType = '', device = ''] = fieldsOf(right);
    const point = unescape(mountPoint);
    visible.delete(point);
    visible.set(point, { number, device: unescape(device), mountPoint: point, fsType, readOnly: options.split(',').includes('ro') });
  }
  return [...visible.values()];
};
