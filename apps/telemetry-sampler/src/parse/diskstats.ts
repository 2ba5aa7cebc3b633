import { fieldsOf, linesOf } from './lines.ts';

export interface DiskCounters {
  readonly device: string;
  /** The columns after the name, as the kernel writes them (Documentation/admin-guide/iostats.rst): 11, 15 or 17 of them. */
  readonly columns: readonly number[];
}

/** Partitions, loop, RAM and floppy devices: what happens on them is counted on the disk below. The same set that node_exporter leaves out. */
const NOT_A_DISK = /^(z?ram|loop|fd|[hsv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+p|mmcblk\d+p)\d+$/;

/** Parses /proc/diskstats. */
export const parseDiskstats = (text: string): DiskCounters[] =>
  linesOf(text).flatMap((line) => {
    const [, , device, ...columns] = fieldsOf(line);
    if (device === undefined || columns.length < 11 || NOT_A_DISK.test(device)) return [];
    return [{ device, columns: columns.map(Number) }];
  });
