import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionBus } from '../src/index.ts';
import type { PendingCommand } from '../src/index.ts';
import { command, event, OwnBus, until } from './own-bus.ts';

let own: OwnBus;
beforeAll(async () => {
  own = await OwnBus.start({ maxStoreMb: 64 });
});
afterAll(async () => {
  await own?.[Symbol.asyncDispose]();
});

test('setting up again changes nothing; a changed size is carried out', async () => {
  const { url, credentialsDir } = own.options;
  const again = await provisionBus({ url, credentialsDir, maxStoreMb: 64 });
  expect(new Set(again.map(({ action }) => action))).toEqual(new Set(['kept']));
  const smaller = await provisionBus({ url, credentialsDir, maxStoreMb: 64, telemetryMb: 8 });
  expect(smaller).toContainEqual({ stream: 'TELEMETRY', action: 'changed' });
  await provisionBus({ url, credentialsDir, maxStoreMb: 64 });
});

test('strays before a command, however many, do not hide it', async () => {
  const nats = await own.plain('command-worker');
  for (let i = 0; i < 40; i++) await nats.request('axion.cmd.swarm.littered', 'rubbish');
  const [worker, executor] = [await own.connect('command-worker'), await own.connect('swarm-executor')];
  await worker.commands.publish(command('behind', 'littered'));
  expect(await executor.commands.waiting('swarm', 'littered', 16)).toMatchObject([{ commandId: 'behind' }]);
});

test('a command is stored once, however often it is published', async () => {
  const worker = await own.connect('command-worker');
  const first = await worker.commands.publish(command('once', 'dup'));
  const second = await worker.commands.publish(command('once', 'dup'));
  expect(first.duplicate).toBe(false);
  expect(second).toEqual({ sequence: first.sequence, duplicate: true });
  expect(await worker.commands.at(first.sequence)).toMatchObject({ commandId: 'once' });
});

test('head and remove go through a queue in order, whatever characters its ids have', async () => {
  const worker = await own.connect('command-worker');
  const executor = await own.connect('swarm-executor');
  const ids = ['a.b', 'c>d', 'e*', '{"x"}'];
  for (const id of ids) await worker.commands.publish(command(id, 'queue'));
  expect((await executor.commands.waiting('swarm', 'queue')).map(({ commandId }) => commandId)).toEqual(ids);
  const seen: string[] = [];
  for (let head = await executor.commands.head('swarm', 'queue'); head !== undefined; head = await executor.commands.head('swarm', 'queue')) {
    seen.push(head.commandId);
    await executor.commands.remove(head.sequence);
    await executor.commands.remove(head.sequence);
  }
  expect(seen).toEqual(ids);
});

test('a watch reports what waits in order, then what comes, of its executor alone', async () => {
  const worker = await own.connect('command-worker');
  const executor = await own.connect('swarm-executor');
  const before = await Promise.all(Array.from({ length: 600 }, (_, i) => worker.commands.publish(command(`w-${i}`, `watch-${i % 7}`))));
  await worker.commands.publish(command('other', 'w', { executor: 'workload' }));
  const seen: PendingCommand[] = [];
  // More arrive while the waiting ones are being read.
  const during = Array.from({ length: 300 }, (_, i) => worker.commands.publish(command(`d-${i}`, 'during')));
  const watch = await executor.commands.watch('swarm', (pending) => seen.push(pending));
  expect(seen.length).toBeGreaterThanOrEqual(600);
  const after = await Promise.all([...during, worker.commands.publish(command('live', 'live'))]);
  const last = Math.max(...after.map(({ sequence }) => sequence));
  await until('the last one is reported', () => seen.at(-1)?.sequence === last);
  watch.stop();
  const sequences = seen.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  for (const { sequence } of [...before, ...after]) expect(sequences).toContain(sequence);
  expect(seen.filter(({ key }) => key === 'w')).toEqual([]);
});

test('a full stream refuses commands, and takes them again when some are done', async () => {
  const worker = await own.connect('command-worker');
  const executor = await own.connect('swarm-executor');
  const large = 'x'.repeat(900_000);
  const taken: number[] = [];
  const fill = async (): Promise<void> => {
    for (let i = 0; i < 100; i += 1) taken.push((await worker.commands.publish(command(`big-${i}`, 'big', { payload: { large } }))).sequence);
  };
  await expect(fill()).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', retryable: true });
  expect(taken.length).toBeGreaterThan(5);
  await executor.commands.remove(taken[0]!);
  await worker.commands.publish(command('after', 'big', { payload: { large } }));
  await Promise.all(taken.map((sequence) => executor.commands.remove(sequence)));
});

test('events are followed in order, filtered, once each', async () => {
  const executor = await own.connect('swarm-executor');
  const cli = await own.connect('cli');
  const seen: string[] = [];
  const follow = await cli.events.follow({ key: 'follow' }, ({ body }) => seen.push(body.event_id));
  const published = Array.from({ length: 50 }, (_, i) => executor.events.publish(event(`f-${i}`, i % 2 ? 'other' : 'follow')));
  expect((await executor.events.publish(event('f-0', 'follow'))).duplicate).toBe(true);
  await Promise.all(published);
  await until('the last one is reported', () => seen.at(-1) === 'f-48');
  follow.stop();
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `f-${i * 2}`));
});

test('the outbox gives events in order, goes on where it was acknowledged, and has one reader', async () => {
  const executor = await own.connect('swarm-executor');
  const worker = await own.connect('command-worker');
  const never = new AbortController().signal;
  const outbox = await worker.events.outbox();
  for (let drained = outbox.position; drained < (await worker.stream('EVENTS')).lastSequence; drained = outbox.position) {
    const { events } = await outbox.fetch(100, never);
    await outbox.ack(events.at(-1)!.sequence);
  }
  const waiting = outbox.fetch(10, never);
  await executor.events.publish(event('o-0'));
  const first = await waiting;
  expect(first.events.map(({ body }) => body.event_id)).toEqual(['o-0']);
  await outbox.ack(first.events[0]!.sequence);
  for (let i = 1; i < 6; i += 1) await executor.events.publish(event(`o-${i}`));
  const unacknowledged = await outbox.fetch(3, never);
  expect(unacknowledged).toMatchObject({ pending: 2, dropped: 0 });
  outbox.rewind(outbox.position);
  expect((await outbox.fetch(3, never)).events).toEqual(unacknowledged.events);

  const second = await (await own.connect('command-worker')).events.outbox();
  const { events } = await second.fetch(10, never);
  expect(events.map(({ body }) => body.event_id)).toEqual(['o-1', 'o-2', 'o-3', 'o-4', 'o-5']);
  await second.ack(events.at(-1)!.sequence);
  await expect(outbox.ack(events[2]!.sequence)).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(second.fetch(1, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a stream that lost its end: what comes then leaves, though its sequence was noted', async () => {
  const executor = await own.connect('swarm-executor');
  const worker = await own.connect('command-worker');
  await worker.events.outbox();
  const { lastSequence } = await worker.stream('EVENTS');
  const cursors = worker.bucket<{ sequence: number; stream: number }>('cursors');
  const { value, revision } = (await cursors.get('kafka-outbox'))!;
  await cursors.update('kafka-outbox', { ...value, sequence: lastSequence + 50 }, revision);
  const outbox = await worker.events.outbox();
  await executor.events.publish(event('after-the-loss'));
  const { events } = await outbox.fetch(10, AbortSignal.timeout(5000));
  expect(events.map(({ body }) => body.event_id)).toEqual(['after-the-loss']);
  await outbox.ack(events[0]!.sequence);
});

test('under pressure progress events go, oldest first, and no others', async () => {
  const executor = await own.connect('swarm-executor');
  const outbox = await (await own.connect('command-worker')).events.outbox();
  const never = new AbortController().signal;
  for (let i = 0; i < 20; i += 1) {
    const progress = event(`shed-${i}`);
    await executor.events.publish(i % 4 === 3 ? { ...progress, body: { ...progress.body, event_type: 'DeployCompleted' } } : progress);
  }
  const { events: before } = await outbox.fetch(100, never);
  outbox.rewind(outbox.position);
  expect(await outbox.shedProgress()).toBeGreaterThanOrEqual(8);
  const half = await outbox.fetch(100, never);
  expect(half).toMatchObject({ pending: 0, dropped: 8 });
  expect(half.events.filter(({ body }) => body.event_type === 'DeployCompleted')).toHaveLength(5);
  expect(half.events.at(-1)).toEqual(before.at(-1));
  while ((await outbox.shedProgress()) > 0);
  outbox.rewind(outbox.position);
  expect((await outbox.fetch(100, never)).events.map(({ body }) => body.event_id)).toEqual(['shed-3', 'shed-7', 'shed-11', 'shed-15', 'shed-19']);
});

test('samples wait until they are shipped; what was dropped is counted', async () => {
  const sampler = await own.connect('telemetry-sampler');
  const link = await own.connect('control-link');
  const never = new AbortController().signal;
  for (let i = 0; i < 5; i += 1) await sampler.telemetry.publish('host', Buffer.from([i]));
  const batch = await link.telemetry.pull(3, never);
  expect(batch.samples.map(({ kind, data }) => [kind, data[0]])).toEqual([['host', 0], ['host', 1], ['host', 2]]);
  expect(batch).toMatchObject({ pending: 2, dropped: 0 });
  await link.telemetry.shipped(batch.samples.at(-1)!.sequence);
  const rest = await link.telemetry.pull(10, never);
  expect(rest.samples.map(({ data }) => data[0])).toEqual([3, 4]);
  const mb = Buffer.alloc(1_000_000);
  for (let i = 0; i < 8; i += 1) await sampler.telemetry.publish('host', mb);
  const late = await link.telemetry.pull(1, never);
  expect(late.dropped).toBeGreaterThan(2);
  await link.telemetry.shipped((await link.stream('TELEMETRY')).lastSequence);
});
