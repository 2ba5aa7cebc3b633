import type { SampleRow } from '@axion/contracts';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { CPU_MODES, parseProcStat } from '../parse/proc-stat.ts';
import type { CpuTimes } from '../parse/proc-stat.ts';
import { counter, gauge } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';
import { SteadyCounters } from '../steady-counters.ts';

const TOTALS = [
  ['ctxt', counter, 'node_context_switches_total', 'Context switches.'],
  ['processes', counter, 'node_forks_total', 'Processes and threads created.'],
  ['intr', counter, 'node_intr_total', 'Interrupts serviced.'],
  ['btime', gauge, 'node_boot_time_seconds', 'When the host booted, seconds since 1970.'],
  ['procs_running', gauge, 'node_procs_running', 'Processes that can run.'],
  ['procs_blocked', gauge, 'node_procs_blocked', 'Processes that wait for I/O.'],
] as const;

/** Processor time by mode, and what else /proc/stat counts. */
export class CpuGroup implements SampleGroup {
  readonly name = 'cpu';
  readonly #files: HostFiles;
  readonly #path: string;
  readonly #steady = new SteadyCounters();

  constructor(files: HostFiles, paths: HostPaths) {
    this.#files = files;
    this.#path = `${paths.proc}/stat`;
  }

  collect(): readonly MetricFamily[] {
    const { cpus, totals } = parseProcStat(this.#files.text(this.#path));
    return [
      counter('node_cpu_seconds_total', 'Seconds each processor spent in each mode.', ['cpu', 'mode'], cpus.flatMap((times) => this.#modes(times))),
      counter('node_cpu_guest_seconds_total', 'Seconds each processor spent running virtual machines, also contained in user and nice.', ['cpu', 'mode'], cpus.flatMap(guestRows)),
      ...TOTALS.flatMap(([field, family, name, help]) => {
        const value = totals.get(field);
        return value === undefined ? [] : [family(name, help, [], [[value]])];
      }),
    ];
  }

  #modes({ cpu, seconds }: CpuTimes): SampleRow[] {
    return CPU_MODES.map((mode, column): SampleRow => [this.#steady.next(`${cpu} ${mode}`, seconds[column] ?? 0), cpu, mode]);
  }
}

const guestRows = ({ cpu, guest, guestNice }: CpuTimes): SampleRow[] => [
  [guest, cpu, 'user'],
  [guestNice, cpu, 'nice'],
];
