export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

/** One line of the exposition: `name` may carry a suffix (`_bucket`, `_sum`, `_count`). */
export interface Series {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly series: readonly Series[];
}

/** A family of one value without labels, or of a few with them. */
export const gaugeFamily = (name: string, help: string, values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  series: values.map(({ labels = {}, value }) => ({ name, labels: Object.entries(labels), value })),
});
