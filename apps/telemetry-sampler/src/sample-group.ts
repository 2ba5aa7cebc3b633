import type { SampleFamily, SampleRow } from '@axion/contracts';

/** A family with the line that explains it to people; it stays on this host. */
export interface MetricFamily extends SampleFamily {
  readonly help: string;
}

/** Series that come from the same files: they are read together, and when one file cannot be read they are missing together. */
export interface SampleGroup {
  readonly name: string;
  collect(): readonly MetricFamily[] | Promise<readonly MetricFamily[]>;
}

export const gauge = (name: string, help: string, labels: readonly string[], rows: readonly SampleRow[]): MetricFamily => ({ name, help, type: 'gauge', labels, rows });

export const counter = (name: string, help: string, labels: readonly string[], rows: readonly SampleRow[]): MetricFamily => ({ name, help, type: 'counter', labels, rows });
