import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '@axion/core';
import { startKafka, waitFor } from '@axion/testkit';
import type { KafkaBroker } from '@axion/testkit';
import { WorkerRig } from './worker-rig.ts';
import type { SeenRecord } from './worker-rig.ts';

let broker: KafkaBroker;
let rig: WorkerRig;
beforeAll(async () => {
  broker = await startKafka();
});
afterAll(async () => {
  await broker[Symbol.asyncDispose]();
});
beforeEach(async () => {
  rig = await WorkerRig.start({ broker });
  await rig.createTopics(3);
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const numbers = (seen: readonly SeenRecord[], key: string): number[] => seen.filter((record) => record.key === key).map(({ json }) => json.payload.n);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('an event leaves with the key, body and headers of the contract', async () => {
  await rig.worker();
  await rig.publish(1, { key: 'shop' });
  await rig.publish(1, { key: '_agent', type: 'StatusReport' });
  const seen = await rig.readUntil(rig.topics.events, 2);
  const [shop] = seen.filter(({ key }) => key === 'shop');
  expect(Object.keys(shop!.json).toSorted()).toEqual(['agent_id', 'causation_id', 'correlation_id', 'event_id', 'event_type', 'payload', 'timestamp']);
  expect(shop!.headers).toEqual({ 'x-correlation-id': 'corr', 'x-axion-position': expect.stringMatching(/^\d+-\d+$/) });
  expect(new Set(seen.map(({ key }) => key))).toEqual(new Set([rig.agentId, 'shop']));
});

test('what waited while nobody sent leaves in order per key, over several partitions', async () => {
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => rig.publish(300, { key })));
  await rig.worker();
  const seen = await rig.readUntil(rig.topics.events, 1200);
  for (const key of ['a', 'b', 'c', 'd']) expect(numbers(seen, key)).toEqual(upTo(300));
});

test('killed again and again between Kafka’s acknowledgement and the bus’s, each event is there once', async () => {
  let published = 0;
  for (let round = 0; round < 6; round++) {
    const worker = await rig.worker();
    const publishing = rig.publish(150, { from: published });
    published += 150;
    await rig.readUntil(rig.topics.events, published - 140);
    await worker.kill();
    await publishing;
  }
  await rig.worker();
  const seen = await rig.readUntil(rig.topics.events, published);
  expect(numbers(seen, 'shop')).toEqual(upTo(published));
});

test('the position on the bus was never noted: the tail of the topic tells what was sent', async () => {
  const worker = await rig.worker();
  await rig.publish(40);
  await rig.readUntil(rig.topics.events, 40);
  await worker.stop();
  const cursors = (await rig.bus.connect('command-worker')).bucket<{ sequence: number; stream: number }>('cursors');
  const { value, revision } = (await cursors.get('kafka-outbox'))!;
  await cursors.update('kafka-outbox', { ...value, sequence: value.sequence - 25 }, revision);
  await rig.publish(5, { from: 40 });
  const next = await rig.worker();
  await next.line(/"count":25.*not sent again|not sent again.*25/);
  expect(numbers(await rig.readUntil(rig.topics.events, 45), 'shop')).toEqual(upTo(45));
});

test('a paused worker that wakes up after another took over sends nothing', async () => {
  const paused = await rig.worker();
  await rig.publish(10);
  await rig.readUntil(rig.topics.events, 10);
  paused.signal('SIGSTOP');
  await rig.publish(10, { from: 10 });
  const next = await rig.worker();
  await rig.readUntil(rig.topics.events, 20);
  await next.stop();
  paused.signal('SIGCONT');
  await paused.line(/the session ended/);
  await rig.publish(10, { from: 20 });
  expect(numbers(await rig.readUntil(rig.topics.events, 30), 'shop')).toEqual(upTo(30));
});

test('events wait while Kafka is away, and leave in order when it is back', async () => {
  const worker = await rig.worker();
  await rig.publish(20);
  await rig.readUntil(rig.topics.events, 20);
  await broker.kill();
  await rig.publish(20, { from: 20 });
  await worker.line(/the session ended/, 60_000);
  await broker.restart();
  expect(numbers(await rig.readUntil(rig.topics.events, 40), 'shop')).toEqual(upTo(40));
});

test('an event that is too large for its topic leaves without its details', async () => {
  await rig.limitMessages(rig.topics.events, 20_000);
  const worker = await rig.worker();
  // Nothing that gzip could make small.
  const noise = Array.from({ length: 4000 }, () => newId()).join('');
  await rig.publish(1);
  await rig.publish(1, { from: 1, padding: noise });
  await rig.publish(1, { from: 2 });
  await worker.line(/without its details/);
  const seen = await rig.readUntil(rig.topics.events, 3);
  expect(seen.map(({ json }) => json.payload)).toEqual([{ n: 0, padding: '' }, { truncated: true }, { n: 2, padding: '' }]);
});

test('metrics and health say how much waits, and whether Kafka is there', async () => {
  const watcher = await rig.bus.connect('health-endpoint');
  const health = new Map<string, string>();
  watcher.beats.subscribe((beat) => beat.checks.forEach((check) => health.set(check.name, check.status)));
  await rig.worker();
  await waitFor(() => health.get('kafka-events') === 'healthy' && health.get('kafka-commands') === 'healthy', { what: 'both connections', timeoutMs: 30_000 });
  await rig.publish(3);
  await rig.readUntil(rig.topics.events, 3);
  // What was sent counts as waiting until its position is noted.
  await waitFor(
    async () => {
      const [scraped] = await watcher.metrics.scrape({ timeoutMs: 5000, expected: 1 });
      const values = new Map((scraped!.metrics as { name: string; values: { value: number }[] }[]).map(({ name, values: [first] }) => [name, first?.value]));
      expect(Object.fromEntries(values)).toMatchObject({ agent_events_sent_total: 3, agent_kafka_consumer_lag: 0, agent_bus_pending: 0, agent_events_oldest_age_seconds: 0 });
      return true;
    },
    { what: 'metrics that say that nothing waits', timeoutMs: 20_000 },
  );
});
