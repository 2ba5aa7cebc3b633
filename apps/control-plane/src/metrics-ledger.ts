import type { Metric, MetricsBatch } from '@axion/contracts/proto/axion/runner/metrics';

/** What arrived from one agent. A pass is all that the agent read at one moment; it may come in several calls. */
export interface MetricsCount {
  readonly calls: number;
  readonly values: number;
  /** Values that had arrived before: same moment, name and labels. */
  readonly repeated: number;
  readonly passes: number;
  /** Moments of the latest passes, oldest first, Unix milliseconds. */
  readonly latest_passes: readonly number[];
  /** Names seen in the latest pass. */
  readonly names: readonly string[];
}

/** Passes of which every series is remembered, to find repetitions. */
const REMEMBERED = 1000;

const seriesKey = ({ name, labels }: Metric): string =>
  JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Counts what one agent ships, so that a test can tell lost and repeated values apart. */
export class MetricsLedger {
  readonly #passes = new Map<number, Map<string, string>>();
  #calls = 0;
  #values = 0;
  #repeated = 0;
  #forgotten = 0;

  add({ timestamp, metrics }: MetricsBatch): void {
    this.#calls += 1;
    const seen = this.#passes.get(timestamp) ?? new Map<string, string>();
    this.#passes.set(timestamp, seen);
    for (const metric of metrics) {
      const key = seriesKey(metric);
      if (seen.has(key)) this.#repeated += 1;
      else this.#values += 1;
      seen.set(key, metric.name);
    }
    if (this.#passes.size <= REMEMBERED) return;
    for (const oldest of this.#passes.keys()) {
      this.#passes.delete(oldest);
      this.#forgotten += 1;
      break;
    }
  }

  count(): MetricsCount {
    const latest = [...this.#passes.keys()].sort((a, b) => a - b);
    const last = this.#passes.get(latest.at(-1) ?? 0);
    return {
      calls: this.#calls,
      values: this.#values,
      repeated: this.#repeated,
      passes: this.#passes.size + this.#forgotten,
      latest_passes: latest.slice(-100),
      names: [...new Set(last?.values() ?? [])].sort(),
    };
  }
}
