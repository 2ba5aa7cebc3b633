import type { MetricFamily, Series } from './metric-family.ts';

/** How a page of metrics can be written. */
export interface Exposition {
  readonly contentType: string;
  readonly render: (families: readonly MetricFamily[]) => string;
}

const number = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
};

const escapeLabel = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const line = (name: string, labels: Series['labels'], value: number): string => {
  const pairs = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`).join(',');
  return `${name}${pairs === '' ? '' : `{${pairs}}`} ${number(value)}\n`;
};

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const PROMETHEUS_TEXT: Exposition = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  render: (families) =>
    families
      .map(({ name, help, type, series }) => {
        const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
        return `# HELP ${name} ${text}\n# TYPE ${name} ${type}\n${series.map((one) => line(one.name, one.labels, one.value)).join('')}`;
      })
      .join(''),
};

const TOTAL = '_total';

/** Bounds of buckets and quantiles are floats there: `1.0`, not `1`. */
const canonicalBounds = (labels: Series['labels']): Series['labels'] =>
  labels.map(([name, text]) => [name, (name === 'le' || name === 'quantile') && /^-?\d+$/.test(text) ? `${text}.0` : text]);

/** A counter's family has no `_total`, its series have; one whose name lacks it cannot be a counter there. */
const openMetricsType = ({ name, type }: MetricFamily): string => (type === 'counter' && !name.endsWith(TOTAL) ? 'unknown' : type);

/** https://prometheus.io/docs/specs/om/open_metrics_spec/ (version 1.0.0) */
export const OPENMETRICS_TEXT: Exposition = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  render: (families) => {
    const pages = families.map((family) => {
      const type = openMetricsType(family);
      const name = type === 'counter' ? family.name.slice(0, -TOTAL.length) : family.name;
      const lines = family.series.map((one) => line(one.name, canonicalBounds(one.labels), one.value)).join('');
      return `# HELP ${name} ${escapeLabel(family.help)}\n# TYPE ${name} ${type}\n${lines}`;
    });
    return `${pages.join('')}# EOF\n`;
  },
};
