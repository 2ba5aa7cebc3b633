import type { Clock } from '@axion/core';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import type { BusView } from './bus-view.ts';
import { HealthBoard } from './health-board.ts';
import { PROMETHEUS_TEXT } from './mapping/exposition.ts';
import { MetricsPage } from './metrics-page.ts';

const gauge = (name: string) => [{ name, help: '', type: 'gauge', values: [{ value: 1, labels: {} }] }];

const rig = (over: Partial<BusView> = {}) => {
  const time = { at: 0 };
  const clock: Clock = { now: () => time.at, monotonic: () => time.at, sleep: async () => {} };
  const board = new HealthBoard({ version: '1', expected: [], failureThreshold: 3, clock });
  const asked: (number | undefined)[] = [];
  const bus: BusView = {
    scrape: async (_timeout, expected) => {
      asked.push(expected);
      return [
        { component: 'b', instance: '1', metrics: gauge('x'), elapsed: 2 },
        { component: 'me', instance: '1', metrics: gauge('mine'), elapsed: 1 },
      ];
    },
    pending: async () => 5,
    agentId: async () => undefined,
    ...over,
  };
  const page = new MetricsPage({ bus, board, own: { getMetricsAsJSON: async () => gauge('mine') }, component: 'me', instance: '1', clock });
  return { time, asked, page, text: async () => PROMETHEUS_TEXT.render(await page.families()) };
};

test('asks once for everyone who comes within a second', async () => {
  const { time, asked, page, text } = rig();
  await Promise.all([page.families(), page.families()]);
  time.at = 999;
  expect(await text()).toMatch(/^x\{component="b"\} 1$/m);
  expect(asked).toHaveLength(1);
  time.at = 1_000;
  await page.families();
  expect(asked).toHaveLength(2);
});

test('its own metrics are there once, though it answers over the bus as well', async () => {
  expect((await rig().text()).match(/^mine/gm)).toHaveLength(1);
});

test('without the bus there are its own metrics, and no number that nobody knows', async () => {
  const away = async (): Promise<never> => {
    throw new AxionError('UNAVAILABLE', 'the bus is away');
  };
  const text = await rig({ scrape: away, pending: away }).text();
  expect(text).toContain('mine{component="me"} 1');
  expect(text).toContain('agent_health_status{component="me"} 0');
  expect(text).not.toMatch(/^agent_bus_pending/m);
});
