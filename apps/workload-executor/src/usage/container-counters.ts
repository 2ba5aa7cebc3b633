/** What a container has used so far, and its memory now. */
export interface Counters {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
  readonly netRxBytes: number;
  readonly netTxBytes: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly source: string;
}

interface Series {
  readonly name: string;
  readonly values: readonly { readonly value: number; readonly labels: Readonly<Record<string, string>> }[];
}

/** cAdvisor's series that matter here; of several (devices, interfaces) the sum counts. */
const FIELDS: Readonly<Record<string, Exclude<keyof Counters, 'at' | 'source'>>> = {
  container_cpu_usage_seconds_total: 'cpuSeconds',
  container_memory_working_set_bytes: 'memoryBytes',
  container_fs_reads_bytes_total: 'diskReadBytes',
  container_fs_writes_bytes_total: 'diskWriteBytes',
  container_network_receive_bytes_total: 'netRxBytes',
  container_network_transmit_bytes_total: 'netTxBytes',
};

const isSeries = (metric: unknown): metric is Series => typeof metric === 'object' && metric !== null && 'name' in metric && 'values' in metric && Array.isArray(metric.values);

/** The sampler's last pass by the containers' engine ids. Pure. */
export const containerCounters = (metrics: readonly unknown[], at: number): ReadonlyMap<string, Counters> => {
  const found = new Map<string, Record<(typeof FIELDS)[string], number>>();
  for (const metric of metrics) {
    if (!isSeries(metric)) continue;
    const field = FIELDS[metric.name];
    if (field === undefined) continue;
    for (const { value, labels } of metric.values) {
      const id = /[0-9a-f]{64}/.exec(labels['id'] ?? '')?.[0];
      if (id === undefined) continue;
      const counters = found.get(id) ?? { cpuSeconds: 0, memoryBytes: 0, diskReadBytes: 0, diskWriteBytes: 0, netRxBytes: 0, netTxBytes: 0 };
      counters[field] += value;
      found.set(id, counters);
    }
  }
  return new Map([...found].map(([id, counters]) => [id, { ...counters, at, source: 'sampler' }]));
};
