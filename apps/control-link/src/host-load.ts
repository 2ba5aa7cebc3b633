import type { SampleBatch } from '@axion/contracts';
import type { AgentLoad } from './control-plane.ts';

type Load = Omit<AgentLoad, 'lastHeartbeatAt'>;

const NOTHING: Load = { cpuPercent: 0, memoryUsed: 0, diskUsed: 0, activeContainers: 0 };

/** Modes in which a processor does nothing. */
const IDLE: ReadonlySet<string> = new Set(['idle', 'iowait']);

interface CpuTime {
  readonly idle: number;
  readonly all: number;
}

const rowsOf = (pass: SampleBatch, name: string): readonly { readonly value: number; label(name: string): string }[] => {
  const family = pass.families.find((candidate) => candidate.name === name);
  return (family?.rows ?? []).map(([value, ...cells]) => ({ value, label: (label) => cells[family?.labels.indexOf(label) ?? -1] ?? '' }));
};

const gaugeOf = (pass: SampleBatch, name: string): number => rowsOf(pass, name)[0]?.value ?? 0;

const cpuTime = (pass: SampleBatch): CpuTime => {
  let idle = 0;
  let all = 0;
  for (const row of rowsOf(pass, 'node_cpu_seconds_total')) {
    all += row.value;
    if (IDLE.has(row.label('mode'))) idle += row.value;
  }
  return { idle, all };
};

const rootBytes = (pass: SampleBatch, name: string): number => rowsOf(pass, name).find((row) => row.label('mountpoint') === '/')?.value ?? 0;

/**
 * The host's load as the latest pass on the bus tells it. This process may not look at the host itself: its sandbox
 * hides `/proc`.
 *
 * Invariant: a pass older than `freshFor` is not the load of now (after an outage the oldest come first), so nothing is
 * claimed until newer ones have come.
 */
export class HostLoad {
  readonly #freshFor: number;
  readonly #now: () => number;
  #at = -Infinity;
  #cpu: CpuTime | undefined;
  #load: Load = NOTHING;

  /** @param freshFor milliseconds; @param now milliseconds since 1970 */
  constructor(freshFor: number, now: () => number) {
    this.#freshFor = freshFor;
    this.#now = now;
  }

  /** Takes a pass into account unless a later one was seen. */
  see(pass: SampleBatch): void {
    if (pass.at <= this.#at) return;
    const cpu = cpuTime(pass);
    const before = this.#cpu ?? cpu;
    const spent = cpu.all - before.all;
    this.#cpu = cpu;
    this.#at = pass.at;
    this.#load = {
      // Counters that went back began anew: the host was restarted.
      cpuPercent: spent > 0 ? Math.max(0, Math.min(100, 100 * (1 - (cpu.idle - before.idle) / spent))) : 0,
      memoryUsed: gaugeOf(pass, 'node_memory_MemTotal_bytes') - gaugeOf(pass, 'node_memory_MemAvailable_bytes'),
      diskUsed: rootBytes(pass, 'node_filesystem_size_bytes') - rootBytes(pass, 'node_filesystem_free_bytes'),
      activeContainers: new Set(rowsOf(pass, 'container_memory_working_set_bytes').map((row) => row.label('id'))).size,
    };
  }

  /** The load now; zeros where it is not known. */
  get now(): Load {
    return this.#now() - this.#at <= this.#freshFor ? this.#load : NOTHING;
  }
}
