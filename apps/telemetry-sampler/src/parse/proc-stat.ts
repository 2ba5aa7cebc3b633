import { fieldsOf, linesOf } from './lines.ts';

/** Modes in the column order of /proc/stat (proc_stat(5)). */
export const CPU_MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;

/** The kernel reports to user space in hundredths of a second, whatever its own tick (USER_HZ; time(7)). */
export const USER_HZ = 100;

export interface CpuTimes {
  readonly cpu: string;
  /** Seconds in each of `CPU_MODES`, same order. */
  readonly seconds: readonly number[];
  /** Seconds spent running guests; contained in user and nice above. */
  readonly guest: number;
  readonly guestNice: number;
}

export interface ProcStat {
  readonly cpus: readonly CpuTimes[];
  /** The single numbers: `intr`, `ctxt`, `btime`, `processes`, `procs_running`, `procs_blocked`. */
  readonly totals: ReadonlyMap<string, number>;
}

const seconds = (field: string | undefined): number => Number(field ?? 0) / USER_HZ;

const cpuTimes = (line: string): CpuTimes => {
  const [cpu = '', ...ticks] = fieldsOf(line);
  return {
    cpu: cpu.slice('cpu'.length),
    // Kernels before 2.6.33 have fewer columns; an absent one is time not accounted for, 0.
    seconds: CPU_MODES.map((_mode, column) => seconds(ticks[column])),
    guest: seconds(ticks[CPU_MODES.length]),
    guestNice: seconds(ticks[CPU_MODES.length + 1]),
  };
};

/** Parses /proc/stat. Of the very long `intr` and `softirq` lines only the leading total is looked at. */
export const parseProcStat = (text: string): ProcStat => {
  const cpus: CpuTimes[] = [];
  const totals = new Map<string, number>();
  for (const line of linesOf(text)) {
    if (/^cpu\d/.test(line)) {
      cpus.push(cpuTimes(line));
      continue;
    }
    const [, name, value] = /^([a-z_]+) (\d+)/.exec(line) ?? [];
    if (name !== undefined && name !== 'cpu') totals.set(name, Number(value));
  }
  return { cpus, totals };
};
