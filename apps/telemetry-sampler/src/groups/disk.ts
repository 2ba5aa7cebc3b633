import type { SampleRow } from '@axion/contracts';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { parseDiskstats } from '../parse/diskstats.ts';
import { counter, gauge } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

/** /proc/diskstats counts sectors of this size, whatever the disk's own. */
const SECTOR_BYTES = 512;
const MILLISECOND = 1e-3;

/** Series by column of /proc/diskstats: name, factor to base units, what it means. */
const COLUMNS = [
  [counter, 'reads_completed_total', 1, 'Reads that completed.'],
  [counter, 'reads_merged_total', 1, 'Reads merged with an adjacent one.'],
  [counter, 'read_bytes_total', SECTOR_BYTES, 'Bytes read.'],
  [counter, 'read_time_seconds_total', MILLISECOND, 'Seconds that reads took, summed.'],
  [counter, 'writes_completed_total', 1, 'Writes that completed.'],
  [counter, 'writes_merged_total', 1, 'Writes merged with an adjacent one.'],
  [counter, 'written_bytes_total', SECTOR_BYTES, 'Bytes written.'],
  [counter, 'write_time_seconds_total', MILLISECOND, 'Seconds that writes took, summed.'],
  [gauge, 'io_now', 1, 'Operations under way.'],
  [counter, 'io_time_seconds_total', MILLISECOND, 'Seconds with at least one operation under way.'],
  [counter, 'io_time_weighted_seconds_total', MILLISECOND, 'Seconds under way, summed over operations.'],
  [counter, 'discards_completed_total', 1, 'Discards that completed.'],
  [counter, 'discards_merged_total', 1, 'Discards merged with an adjacent one.'],
  [counter, 'discarded_sectors_total', 1, 'Sectors discarded.'],
  [counter, 'discard_time_seconds_total', MILLISECOND, 'Seconds that discards took, summed.'],
  [counter, 'flush_requests_total', 1, 'Flushes that completed.'],
  [counter, 'flush_requests_time_seconds_total', MILLISECOND, 'Seconds that flushes took, summed.'],
] as const;

/** What went through each disk. */
export class DiskGroup implements SampleGroup {
  readonly name = 'disk';
  readonly #files: HostFiles;
  readonly #path: string;

  constructor(files: HostFiles, paths: HostPaths) {
    this.#files = files;
    this.#path = `${paths.proc}/diskstats`;
  }

  collect(): readonly MetricFamily[] {
    const disks = parseDiskstats(this.#files.text(this.#path));
    return COLUMNS.flatMap(([family, name, factor, help], column) => {
      const rows = disks.flatMap(({ device, columns }): SampleRow[] => {
        const value = columns[column];
        return value === undefined ? [] : [[scaled(value, factor), device]];
      });
      return rows.length === 0 ? [] : [family(`node_disk_${name}`, help, ['device'], rows)];
    });
  }
}

/** Whole milliseconds as seconds, without the 41.995000000000005 of a multiplication. */
const scaled = (value: number, factor: number): number => (factor === MILLISECOND ? value / 1000 : value * factor);
