import { expect, test } from 'vitest';
import { waitFor } from '@axion/testkit';
import { WorkerRig } from './worker-rig.ts';

const MAX_STORE_MB = 16;
const PADDING = 'x'.repeat(8000);
const ROUNDS = 30;

test('Kafka is away until the outbox is full: progress goes, oldest first; what ends commands stays, and leaves in order', async () => {
  await using rig = await WorkerRig.start({ maxStoreMb: MAX_STORE_MB });
  await rig.createTopics(1);
  const watcher = await rig.bus.connect('health-endpoint');
  const metric = async (name: string, stream?: string): Promise<number> => {
    const [scraped] = await watcher.metrics.scrape({ timeoutMs: 5000, expected: 1 });
    const found = (scraped?.metrics as { name: string; values: { value: number; labels: { stream?: string } }[] }[] | undefined)?.find((one) => one.name === name);
    return found?.values.find(({ labels }) => labels.stream === stream)?.value ?? -1;
  };
  // Nobody listens there.
  const away = await rig.worker({ AXION_AGENT__KAFKA__BROKERS: '127.0.0.1:1' });
  const { maxBytes } = await watcher.stream('EVENTS');
  const full = async (): Promise<boolean> => (await watcher.stream('EVENTS')).bytes > maxBytes * 0.9;
  const ends: number[] = [];
  let next = 0;
  while (!(await full())) {
    await rig.publish(ROUNDS, { from: next, padding: PADDING });
    ends.push(next + ROUNDS);
    await rig.publish(1, { from: next + ROUNDS, type: 'DeployCompleted' });
    next += ROUNDS + 1;
  }
  expect(await metric('agent_bus_pending', 'EVENTS')).toBeGreaterThan(0);
  expect(await metric('agent_events_oldest_age_seconds')).toBeGreaterThan(0);
  await away.line(/nearly full/, 30_000);
  await waitFor(async () => (await watcher.stream('EVENTS')).bytes < maxBytes * 0.8, { what: 'room', timeoutMs: 30_000 });
  await away.stop();
  await rig.worker();
  const seen = await waitFor(
    async () => {
      const read = (await rig.read(rig.topics.events)).map(({ json }) => ({ type: json.event_type, n: json.payload.n }));
      return read.at(-1)?.n === ends.at(-1) ? read : undefined;
    },
    { what: 'the last event in the topic', timeoutMs: 60_000 },
  );
  expect(seen.filter(({ type }) => type === 'DeployCompleted').map(({ n }) => n)).toEqual(ends);
  const progress = seen.filter(({ type }) => type === 'DeployProgress').map(({ n }) => n);
  expect(progress.length).toBeLessThan(next - ends.length);
  // The newest of them are all there, in order.
  expect(progress).toEqual(Array.from({ length: next }, (_, n) => n).filter((n) => !ends.includes(n)).slice(-progress.length));
  expect(await metric('agent_events_dropped_total')).toBe(next - seen.length);
});
