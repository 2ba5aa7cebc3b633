import type { MetricFamily } from '../mapping/metric-family.ts';

/** A figure of the host as the page shows it. */
export interface Figure {
  readonly title: string;
  readonly value: string;
  readonly note: string;
  /** 0 … 1, absent where there is no whole. */
  readonly share?: number;
}

/** Resources of one component's process. */
export interface ProcessFigures {
  readonly cpuPercent?: number;
  readonly memoryBytes?: number;
}

type Labels = Readonly<Record<string, string>>;

const valueOf = (families: readonly MetricFamily[], name: string, labels: Labels = {}): number | undefined =>
  families.find((family) => family.name === name)?.series.find((series) => Object.entries(labels).every(([label, text]) => series.labels.some(([key, value]) => key === label && value === text)))
    ?.value;

/** 1024-based, as memory and disks are bought and reported by the kernel. */
export const bytes = (value: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  const scaled = value / 1024 ** power;
  return `${scaled >= 100 || power === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const used = (title: string, size: number | undefined, free: number | undefined): Figure[] => {
  if (size === undefined || free === undefined || size <= 0) return [];
  const share = 1 - free / size;
  return [{ title, value: percent(share), note: `${bytes(size - free)} of ${bytes(size)}`, share }];
};

/** What the last samples say of the host; nothing where the sampler is off or away. */
export const hostFigures = (families: readonly MetricFamily[]): Figure[] => {
  const load = valueOf(families, 'node_load1');
  const cores = new Set(families.find(({ name }) => name === 'node_cpu_seconds_total')?.series.map(({ labels }) => labels.find(([label]) => label === 'cpu')?.[1])).size;
  const waiting = ['COMMANDS', 'EVENTS'].map((stream) => valueOf(families, 'agent_bus_pending', { stream }));
  return [
    ...(load === undefined || cores === 0 ? [] : [{ title: 'Load', value: load.toFixed(2), note: `over ${cores} ${cores === 1 ? 'core' : 'cores'}`, share: Math.min(1, load / cores) }]),
    ...used('Memory', valueOf(families, 'node_memory_MemTotal_bytes'), valueOf(families, 'node_memory_MemAvailable_bytes')),
    ...used('Disk /', valueOf(families, 'node_filesystem_size_bytes', { mountpoint: '/' }), valueOf(families, 'node_filesystem_avail_bytes', { mountpoint: '/' })),
    ...(waiting[0] === undefined ? [] : [{ title: 'Commands waiting', value: String(waiting[0]), note: waiting[1] === undefined ? '' : `${waiting[1]} events kept` }]),
  ];
};

/** What a component's process uses, summed over its instances. */
export const processFigures = (families: readonly MetricFamily[], component: string): ProcessFigures => {
  const sum = (name: string): number | undefined => {
    const series = families.find((family) => family.name === name)?.series.filter(({ labels }) => labels.some(([label, text]) => label === 'component' && text === component));
    return series === undefined || series.length === 0 ? undefined : series.reduce((total, { value }) => total + value, 0);
  };
  const cpuPercent = sum('agent_cpu_usage_percent');
  const memoryBytes = sum('agent_memory_usage_bytes');
  return { ...(cpuPercent === undefined ? {} : { cpuPercent }), ...(memoryBytes === undefined ? {} : { memoryBytes }) };
};
