import { describe, expect, test } from 'vitest';
import type { AgentHealth } from '../mapping/agent-health.ts';
import { gaugeFamily } from '../mapping/metric-family.ts';
import { bytes, hostFigures, processFigures } from './host-figures.ts';
import { duration, statusPage } from './status-page.ts';

test.each([
  [0, '0 s'], [0.4, '0 s'], [59, '59 s'], [60, '1 min'], [61, '1 min 1 s'], [3_600, '1 h'], [90_000, '1 d 1 h'], [86_401, '1 d'],
])('%i seconds are %s', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});

test.each([
  [0, '0 B'], [1_023, '1023 B'], [1_024, '1.0 KiB'], [150 * 1_024, '150 KiB'], [24_684_092 * 1_024, '23.5 GiB'],
])('%i bytes are %s', (value, expected) => {
  expect(bytes(value)).toBe(expected);
});

const FAMILIES = [
  gaugeFamily('node_load1', '', [{ value: 1 }]),
  gaugeFamily('node_cpu_seconds_total', '', [{ labels: { cpu: '0', mode: 'idle' }, value: 1 }, { labels: { cpu: '1', mode: 'idle' }, value: 1 }]),
  gaugeFamily('node_filesystem_size_bytes', '', [{ labels: { mountpoint: '/boot' }, value: 1 }, { labels: { mountpoint: '/' }, value: 1_000 }]),
  gaugeFamily('node_filesystem_avail_bytes', '', [{ labels: { mountpoint: '/' }, value: 250 }]),
  gaugeFamily('agent_memory_usage_bytes', '', [{ labels: { component: 'a' }, value: 10 }, { labels: { component: 'a', component_instance: '2' }, value: 20 }]),
];

test('figures come from the samples, and only those there are', () => {
  expect(hostFigures(FAMILIES)).toEqual([
    { title: 'Load', value: '1.00', note: 'over 2 cores', share: 0.5 },
    { title: 'Disk /', value: '75 %', note: '750 B of 1000 B', share: 0.75 },
  ]);
  expect(hostFigures([])).toEqual([]);
  expect(processFigures(FAMILIES, 'a')).toEqual({ memoryBytes: 30 });
  expect(processFigures(FAMILIES, 'b')).toEqual({});
});

describe('the page', () => {
  const health: AgentHealth = {
    status: 'unhealthy',
    message: 'worker: <script>alert(1)</script>',
    version: '1.0.0',
    uptime: 3_661,
    ready: false,
    components: { worker: { status: 'unhealthy', message: '<img src=x onerror=alert(1)>', since: '2026-01-01T00:00:00.000Z' } },
  };
  const page = statusPage({ agentId: async () => 'agent-<7>', host: 'node "one"', now: () => Date.parse('2026-01-01T00:01:05Z') });

  test('says what is wrong and for how long', async () => {
    const text = await page.render(health, FAMILIES);
    expect(text).toContain('Needs attention');
    expect(text).toContain('1 min 5 s');
    expect(text).toContain('agent-&lt;7&gt;');
  });

  test('lets nothing that a component says become markup, and loads nothing from elsewhere', async () => {
    const text = await page.render(health, FAMILIES);
    expect(text).not.toMatch(/<script>alert|<img/);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
  });
});
