import type { MetricFamily, MetricType, Series } from '../mapping/metric-family.ts';

const TYPES: ReadonlySet<unknown> = new Set<MetricType>(['counter', 'gauge', 'histogram', 'summary']);
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number, or what JSON made of one that it cannot hold. */
const numberFrom = (value: unknown): number | undefined => (typeof value === 'number' ? value : value === null ? Number.NaN : undefined);

const seriesFrom = (value: unknown, family: string): Series[] => {
  if (!isFields(value)) return [];
  const name = typeof value['metricName'] === 'string' ? value['metricName'] : family;
  const number = numberFrom(value['value']);
  const labels = Object.entries(isFields(value['labels']) ? value['labels'] : {});
  if (number === undefined || !name.startsWith(family) || !METRIC_NAME.test(name)) return [];
  if (!labels.every(([label, text]) => LABEL_NAME.test(label) && (typeof text === 'string' || typeof text === 'number'))) return [];
  return [{ name, labels: labels.map(([label, text]) => [label, String(text)] as const), value: number }];
};

/**
 * What a component answered to a scrape, as families. It may be any version of any component: what is not a well-formed
 * family or series is left out, because one malformed line would make Prometheus refuse the whole page.
 */
export const parseScrapedFamilies = (answer: readonly unknown[]): MetricFamily[] =>
  answer.flatMap((item): MetricFamily[] => {
    if (!isFields(item)) return [];
    const { name, help, type, values } = item;
    if (typeof name !== 'string' || !METRIC_NAME.test(name) || !TYPES.has(type) || !Array.isArray(values)) return [];
    return [{ name, help: typeof help === 'string' ? help : '', type: type as MetricType, series: values.flatMap((value) => seriesFrom(value, name)) }];
  });
