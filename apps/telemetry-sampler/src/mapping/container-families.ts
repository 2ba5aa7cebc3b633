import type { SampleRow, SampleType } from '@axion/contracts';
import type { ContainerCgroup, ContainerUsage, CpuUsage, MemoryUsage } from '../cgroup/container-usage.ts';
import type { ContainerName } from '../container-names.ts';
import { NET_COLUMNS } from '../parse/net-dev.ts';
import type { MetricFamily } from '../sample-group.ts';

export interface MeasuredContainer extends ContainerName {
  readonly container: ContainerCgroup;
  readonly usage: ContainerUsage;
}

/** A series of a container: its values, each with the values of the labels beyond the three that all have. */
interface Series {
  readonly type: SampleType;
  readonly name: string;
  readonly help: string;
  readonly extra?: readonly string[];
  readonly of: (usage: ContainerUsage) => readonly (readonly [value: number | undefined, ...extra: string[]])[];
}

const OWN = ['id', 'image', 'name'] as const;

const cpu = (name: string, help: string, value: (cpu: CpuUsage) => number | undefined): Series => ({
  type: 'counter',
  name: `container_cpu_${name}`,
  help,
  of: ({ cpu: usage }) => (usage === undefined ? [] : [[value(usage)]]),
});

const memory = (name: string, help: string, value: (memory: MemoryUsage) => number | undefined): Series => ({
  type: 'gauge',
  name: `container_${name}`,
  help,
  of: ({ memory: usage }) => (usage === undefined ? [] : [[value(usage)]]),
});

const NETWORK = [
  ['receive_bytes', 'Bytes received.', 'receive_bytes'],
  ['receive_packets', 'Packets received.', 'receive_packets'],
  ['receive_errors', 'Errors while receiving.', 'receive_errs'],
  ['receive_packets_dropped', 'Packets dropped while receiving.', 'receive_drop'],
  ['transmit_bytes', 'Bytes sent.', 'transmit_bytes'],
  ['transmit_packets', 'Packets sent.', 'transmit_packets'],
  ['transmit_errors', 'Errors while sending.', 'transmit_errs'],
  ['transmit_packets_dropped', 'Packets dropped while sending.', 'transmit_drop'],
] as const;

/** Names and labels of cAdvisor (docs/storage/prometheus.md there), so that dashboards made for it show these. */
const SERIES: readonly Series[] = [
  {
    ...cpu('usage_seconds_total', 'Processor seconds used.', () => undefined),
    extra: ['cpu'],
    of: ({ cpu: usage }) => (usage === undefined ? [] : [[usage.total, 'total']]),
  },
  cpu('user_seconds_total', 'Processor seconds used in user mode.', (usage) => usage.user),
  cpu('system_seconds_total', 'Processor seconds used in the kernel.', (usage) => usage.system),
  cpu('cfs_periods_total', 'Scheduling periods that passed under a quota.', (usage) => usage.periods),
  cpu('cfs_throttled_periods_total', 'Scheduling periods in which the quota ran out.', (usage) => usage.throttledPeriods),
  cpu('cfs_throttled_seconds_total', 'Seconds spent waiting for the quota.', (usage) => usage.throttled),
  memory('memory_usage_bytes', 'Memory used, file cache included.', (usage) => usage.used),
  memory('memory_working_set_bytes', 'Memory used without the file cache that can be dropped at once.', (usage) => usage.workingSet),
  memory('memory_rss', 'Anonymous memory, bytes.', (usage) => usage.anonymous),
  memory('memory_cache', 'File cache, bytes.', (usage) => usage.cache),
  memory('memory_mapped_file', 'Files mapped into memory, bytes.', (usage) => usage.mappedFiles),
  memory('memory_swap', 'Swap used, bytes.', (usage) => usage.swap),
  memory('spec_memory_limit_bytes', 'Memory the container may use; absent without a limit.', (usage) => usage.limit),
  {
    type: 'counter',
    name: 'container_memory_failures_total',
    help: 'Page faults.',
    extra: ['failure_type', 'scope'],
    of: ({ memory: usage }) => (usage === undefined ? [] : [[usage.pageFaults, 'pgfault', 'container'], [usage.majorPageFaults, 'pgmajfault', 'container']]),
  },
  ...(
    [
      ['reads_bytes_total', 'Bytes read from the device.', 'readBytes'],
      ['writes_bytes_total', 'Bytes written to the device.', 'writtenBytes'],
      ['reads_total', 'Reads from the device.', 'reads'],
      ['writes_total', 'Writes to the device.', 'writes'],
    ] as const
  ).map(
    ([name, help, field]): Series => ({
      type: 'counter',
      name: `container_fs_${name}`,
      help,
      extra: ['device'],
      of: ({ io }) => (io ?? []).map((device) => [device[field], device.device] as const),
    }),
  ),
  ...NETWORK.map(
    ([name, help, column]): Series => ({
      type: 'counter',
      name: `container_network_${name}_total`,
      help,
      extra: ['interface'],
      of: ({ network }) => (network ?? []).map(({ device, counters }) => [counters[NET_COLUMNS.indexOf(column)], device] as const),
    }),
  ),
  { type: 'gauge', name: 'container_threads', help: 'Threads running.', of: ({ tasks }) => [[tasks?.current]] },
  { type: 'gauge', name: 'container_threads_max', help: 'Threads allowed; absent without a limit.', of: ({ tasks }) => [[tasks?.limit]] },
];

/** All containers' series by name. A family without a row is left out: no containers, no families. */
export const containerFamilies = (measured: readonly MeasuredContainer[]): MetricFamily[] =>
  SERIES.flatMap(({ type, name, help, extra = [], of }) => {
    const rows = measured.flatMap(({ container, usage, image, name: known }): SampleRow[] =>
      of(usage).flatMap(([value, ...labels]): SampleRow[] => (value === undefined ? [] : [[value, container.path, image, known, ...labels]])),
    );
    return rows.length === 0 ? [] : [{ name, help, type, labels: [...OWN, ...extra], rows }];
  });
