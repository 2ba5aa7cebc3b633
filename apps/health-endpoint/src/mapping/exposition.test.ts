import { describe, expect, test } from 'vitest';
import { parseScrapedFamilies } from '../parse/scraped-families.ts';
import { OPENMETRICS_TEXT, PROMETHEUS_TEXT } from './exposition.ts';
import { mergeFamilies } from './merge-families.ts';

/** As prom-client's registry gives it, after its way through JSON. */
const ANSWER: unknown[] = JSON.parse(
  JSON.stringify([
    { name: 'agent_commands_total', help: 'Commands\nby "type".', type: 'counter', aggregator: 'sum', values: [{ value: 3, labels: { type: 'Deploy', outcome: 'a\\b"c\n' } }] },
    {
      name: 'agent_wait_seconds',
      help: 'Waiting.',
      type: 'histogram',
      values: [
        { labels: { le: 1 }, value: 2, metricName: 'agent_wait_seconds_bucket' },
        { labels: { le: '+Inf' }, value: 3, metricName: 'agent_wait_seconds_bucket' },
        { labels: {}, value: 4.5, metricName: 'agent_wait_seconds_sum' },
        { labels: {}, value: 3, metricName: 'agent_wait_seconds_count' },
      ],
    },
    { name: 'agent_lag', help: '', type: 'gauge', values: [{ value: Number.NaN, labels: {} }] },
    { name: 'agent_odd_counter', help: 'No suffix.', type: 'counter', values: [{ value: 1e21, labels: {} }] },
  ]),
);

const merged = mergeFamilies([{ component: 'w', instance: '1', families: parseScrapedFamilies(ANSWER) }]);

test('the text format of Prometheus', () => {
  expect(PROMETHEUS_TEXT.render(merged)).toBe(String.raw`# HELP agent_commands_total Commands\nby "type".
# TYPE agent_commands_total counter
agent_commands_total{type="Deploy",outcome="a\\b\"c\n",component="w"} 3
# HELP agent_wait_seconds Waiting.
# TYPE agent_wait_seconds histogram
agent_wait_seconds_bucket{le="1",component="w"} 2
agent_wait_seconds_bucket{le="+Inf",component="w"} 3
agent_wait_seconds_sum{component="w"} 4.5
agent_wait_seconds_count{component="w"} 3
# HELP agent_lag ${''}
# TYPE agent_lag gauge
agent_lag{component="w"} NaN
# HELP agent_odd_counter No suffix.
# TYPE agent_odd_counter counter
agent_odd_counter{component="w"} 1e+21
`);
});

test('OpenMetrics', () => {
  expect(OPENMETRICS_TEXT.render(merged)).toBe(String.raw`# HELP agent_commands Commands\nby \"type\".
# TYPE agent_commands counter
agent_commands_total{type="Deploy",outcome="a\\b\"c\n",component="w"} 3
# HELP agent_wait_seconds Waiting.
# TYPE agent_wait_seconds histogram
agent_wait_seconds_bucket{le="1.0",component="w"} 2
agent_wait_seconds_bucket{le="+Inf",component="w"} 3
agent_wait_seconds_sum{component="w"} 4.5
agent_wait_seconds_count{component="w"} 3
# HELP agent_lag ${''}
# TYPE agent_lag gauge
agent_lag{component="w"} NaN
# HELP agent_odd_counter No suffix.
# TYPE agent_odd_counter unknown
agent_odd_counter{component="w"} 1e+21
# EOF
`);
});

describe('one page from several processes', () => {
  const family = (name: string, labels: Record<string, string>, type = 'gauge', value = 1) => ({ name, help: 'Help.', type, values: [{ value, labels }] });
  const page = (...processes: readonly [component: string, instance: string, ...families: readonly unknown[]][]): string[] =>
    PROMETHEUS_TEXT.render(mergeFamilies(processes.map(([component, instance, ...families]) => ({ component, instance, families: parseScrapedFamilies(families) })))).split('\n').filter((line) => line !== '' && !line.startsWith('# HELP'));

  test('a name appears once, with everyone below it', () => {
    expect(page(['a', '1', family('x', {}), family('y', {})], ['b', '1', family('x', { component: 'own' })], ['b', '2', family('x', {})])).toEqual([
      '# TYPE x gauge',
      'x{component="a"} 1',
      'x{component="own"} 1',
      'x{component="b",component_instance="2"} 1',
      '# TYPE y gauge',
      'y{component="a"} 1',
    ]);
  });

  test('series of the host keep the labels that dashboards know, and come from one sampler only', () => {
    expect(page(['telemetry-sampler', '1', family('node_load1', {})], ['telemetry-sampler', '2', family('node_load1', {}, 'gauge', 2)])).toEqual(['# TYPE node_load1 gauge', 'node_load1 1']);
  });

  test('what contradicts or repeats is left out, so that the rest can be read', () => {
    expect(page(['a', '1', family('x', { l: '1', m: '2' })], ['b', '1', family('x', {}, 'counter')], ['a', '1', family('x', { m: '2', l: '1' })])).toEqual(['# TYPE x gauge', 'x{l="1",m="2",component="a"} 1']);
  });

  test.each([
    ['no object', 'x'],
    ['a name with a blank', family('a b', {})],
    ['an unknown type', family('x', {}, 'info')],
    ['no values', { name: 'x', help: '', type: 'gauge' }],
    ['a label of the own of Prometheus', family('x', { __name__: 'y' })],
    ['a label that is no text', family('x', { l: {} as string })],
    ['a series of another family', { name: 'x', help: '', type: 'gauge', values: [{ value: 1, labels: {}, metricName: 'y' }] }],
    ['a value that is no number', { name: 'x', help: '', type: 'gauge', values: [{ value: 'y', labels: {} }] }],
  ])('%s spoils nothing', (_what, broken) => {
    expect(page(['a', '1', broken, family('fine', {})]).filter((line) => !line.startsWith('# TYPE'))).toEqual(['fine{component="a"} 1']);
  });
});
