import type { MetricFamily } from './sample-group.ts';

/** One family as prom-client's registry gives it to whoever scrapes. */
interface ScrapedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: 'first';
  readonly values: readonly { readonly value: number; readonly labels: Readonly<Record<string, string>> }[];
}

/**
 * The series of the last pass as a source of metrics: what a scrape sees is one consistent pass, and a scrape costs no
 * read. After three intervals without a pass they are gone, so that a stuck sampler is a gap in a graph and not a flat line.
 */
export class LatestSamples {
  #families: readonly MetricFamily[] = [];
  #until = 0;
  readonly #keepFor: number;
  readonly #now: () => number;

  /** @param keepFor milliseconds; @param now monotonic milliseconds */
  constructor(keepFor: number, now: () => number) {
    this.#keepFor = keepFor;
    this.#now = now;
  }

  replace(families: readonly MetricFamily[]): void {
    this.#families = families;
    this.#until = this.#now() + this.#keepFor;
  }

  scraped(): ScrapedFamily[] {
    if (this.#now() > this.#until) return [];
    return this.#families.map(({ name, help, type, labels, rows }) => ({
      name,
      help,
      type,
      aggregator: 'first',
      values: rows.map(([value, ...labelValues]) => ({ value, labels: Object.fromEntries(labels.map((label, index) => [label, labelValues[index] ?? ''])) })),
    }));
  }
}
