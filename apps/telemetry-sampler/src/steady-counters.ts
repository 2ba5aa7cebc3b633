/** A larger step back than this, in seconds, is a processor that was taken out and came back, not the kernel's jitter. */
const RESTARTED = 3;

/**
 * Keeps counters from going back. The kernel may lower idle and iowait by a few ticks between two reads
 * (proc_stat(5)); Prometheus would take each for a restart and count the whole uptime again.
 */
export class SteadyCounters {
  readonly #last = new Map<string, number>();

  next(key: string, value: number): number {
    const last = this.#last.get(key) ?? 0;
    const steady = value < last && last - value < RESTARTED ? last : value;
    this.#last.set(key, steady);
    return steady;
  }
}
