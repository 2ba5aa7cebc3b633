import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { BusServer } from '../src/index.ts';
import type { PendingCommand } from '../src/index.ts';
import { command, event, OwnBus, until } from './own-bus.ts';

test('killed again and again under load, the bus loses nothing it acknowledged and its watchers miss nothing', async () => {
  await using own = await OwnBus.start();
  const worker = await own.connect('command-worker');
  const executor = await own.connect('swarm-executor');
  const cli = await own.connect('cli');
  const pending = new Map<number, PendingCommand>();
  const commandWatch = await executor.commands.watch('swarm', (seen) => pending.set(seen.sequence, seen));
  const events: number[] = [];
  const eventWatch = await cli.events.follow({}, ({ sequence }) => events.push(sequence));
  const acknowledged: number[] = [];
  const reported: number[] = [];
  let reconnects = 0;
  executor.onConnection((connected) => void (reconnects += connected ? 1 : 0));

  const working = new AbortController();
  const publish = async (lane: number): Promise<void> => {
    for (let i = 0; !working.signal.aborted; i += 1) {
      try {
        acknowledged.push((await worker.commands.publish(command(`l${lane}-${i}`, `p-${lane}`))).sequence);
        reported.push((await executor.events.publish(event(`l${lane}-${i}`, `p-${lane}`))).sequence);
      } catch (error) {
        expect(error).toMatchObject({ retryable: true });
        await until('the bus is back', () => worker.connected && executor.connected);
      }
    }
  };
  const lanes = Array.from({ length: 16 }, (_, lane) => publish(lane));
  for (let kill = 1; kill <= 5; kill += 1) {
    const before = acknowledged.length;
    await until('work goes on', () => acknowledged.length > before + 100);
    own.crash();
    await until('everybody is back', () => reconnects > kill && cli.connected && worker.connected);
  }
  const before = acknowledged.length;
  await until('work goes on', () => acknowledged.length > before + 100);
  working.abort();
  await Promise.all(lanes);

  const lastEvent = Math.max(...reported);
  await until('the watchers have seen all', () => acknowledged.every((sequence) => pending.has(sequence)) && (events.at(-1) ?? 0) >= lastEvent);
  expect(events).toEqual([...new Set(events)].toSorted((a, b) => a - b));
  expect(reported.filter((sequence) => !events.includes(sequence))).toEqual([]);
  const missing = [];
  for (const sequence of acknowledged) if ((await executor.commands.at(sequence)) === undefined) missing.push(sequence);
  expect(missing).toEqual([]);
  commandWatch.stop();
  eventWatch.stop();
});

test('a copy of the store, taken at any moment of the work, holds every command acknowledged before', async () => {
  await using own = await OwnBus.start();
  const worker = await own.connect('command-worker');
  const executor = await own.connect('swarm-executor');
  const acknowledged: number[] = [];
  const working = new AbortController();
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let i = 0; !working.signal.aborted; i += 1) {
      acknowledged.push((await worker.commands.publish(command(`l${lane}-${i}`, `p-${lane}`))).sequence);
      if (i % 5 === 4) await executor.commands.remove(acknowledged.shift()!);
    }
  });
  const copy = join(dirname(own.options.storeDir), 'copy');
  await until('there is something to copy', () => acknowledged.length > 500);
  const before = [...acknowledged];
  await cp(own.options.storeDir, copy, { recursive: true });
  working.abort();
  await Promise.all(lanes);
  const removedSince = new Set(before.filter((sequence) => !acknowledged.includes(sequence)));
  await own.server.stop();
  await rm(own.options.storeDir, { recursive: true });
  await rename(copy, own.options.storeDir);
  own.server = new BusServer(own.options);
  await own.server.start();
  await until('it is back', () => executor.connected);
  const found = new Set<number>();
  const watch = await executor.commands.watch('swarm', ({ sequence }) => found.add(sequence));
  watch.stop();
  expect(before.filter((sequence) => !found.has(sequence) && !removedSince.has(sequence))).toEqual([]);
});

test('while the server is away calls fail at once, and everything goes on when it is back', async () => {
  await using own = await OwnBus.start();
  const worker = await own.connect('command-worker');
  const executor = await own.connect('swarm-executor');
  const outbox = await worker.events.outbox();
  const lease = (await executor.leases.acquire('swarm.shop'))!;
  await executor.events.publish(event('before'));
  expect((await outbox.fetch(1, new AbortController().signal)).events).toHaveLength(1);
  await own.server.stop();
  await until('the worker has noticed', () => !worker.connected && !executor.connected);
  const asked = performance.now();
  await expect(worker.commands.publish(command('c'))).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  await expect(outbox.fetch(1, new AbortController().signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(performance.now() - asked).toBeLessThan(500);
  lease.assertHeld();
  own.server = new BusServer(own.options);
  await own.server.start();
  await until('all are back', () => worker.connected && executor.connected);
  await lease.confirm();
  await executor.events.publish(event('after'));
  expect((await outbox.fetch(5, new AbortController().signal)).events.map(({ body }) => body.event_id)).toEqual(['after']);
});

test('a store that the server refuses is set aside, named in the log, and replaced', async () => {
  await using own = await OwnBus.start();
  const executor = await own.connect('swarm-executor');
  const worker = await own.connect('command-worker');
  const cli = await own.connect('cli');
  const pending: number[] = [];
  const followed: string[] = [];
  const watch = await executor.commands.watch('swarm', ({ sequence }) => pending.push(sequence));
  const follow = await cli.events.follow({}, ({ body }) => followed.push(body.event_id));
  const outbox = await worker.events.outbox();
  for (let i = 0; i < 5; i += 1) await worker.commands.publish(command(`c-${i}`));
  for (let i = 0; i < 5; i += 1) await executor.events.publish(event(`e-${i}`));
  const sent = await outbox.fetch(10, new AbortController().signal);
  await outbox.ack(sent.events.at(-1)!.sequence);
  const before = (await executor.leases.acquire('swarm.shop'))!;
  await before.release();
  await own.server.stop();
  await rm(join(own.options.storeDir, 'jetstream'), { recursive: true });
  await writeFile(join(own.options.storeDir, 'jetstream'), 'rubbish');
  own.server = new BusServer(own.options);
  await own.server.start();
  const error = own.logged.find(({ level, message }) => level === 'error' && message.includes('set aside'));
  const aside = (await readdir(dirname(own.options.storeDir))).find((name) => name.startsWith('store.damaged-'));
  expect(error?.details).toMatchObject({ set_aside: join(dirname(own.options.storeDir), aside!) });
  await until('all are back', () => worker.connected && executor.connected && cli.connected);
  pending.length = 0;
  await worker.commands.publish(command('new'));
  await executor.events.publish(event('new'));
  expect((await outbox.fetch(10, new AbortController().signal)).events.map(({ body }) => body.event_id)).toEqual(['new']);
  await outbox.ack(1);
  await until('the watchers have seen what is new', () => pending.includes(1) && followed.at(-1) === 'new');
  const after = (await executor.leases.acquire('swarm.shop'))!;
  expect(after.sequence).toBeGreaterThan(before.sequence);
  await after.release();
  watch.stop();
  follow.stop();
});

test('a stream whose description is damaged comes back with its messages', async () => {
  await using own = await OwnBus.start();
  const before = await (await own.connect('command-worker')).commands.publish(command('kept'));
  await own.server.stop();
  await writeFile(join(own.options.storeDir, 'jetstream/$G/streams/COMMANDS/meta.inf'), 'rubbish');
  own.server = new BusServer(own.options);
  await own.server.start();
  const executor = await own.connect('swarm-executor');
  expect(await executor.commands.head('swarm', 'shop')).toMatchObject({ commandId: 'kept', sequence: before.sequence });
});

test('a server left behind by a killed supervisor is ended before a new one starts', async () => {
  await using own = await OwnBus.start();
  await own.server.stop();
  const left = spawn(own.options.binary, ['-c', own.options.configFile], { stdio: 'ignore' });
  const ended = once(left, 'exit');
  await until('it runs', () => own.connect('cli').then((bus) => bus.connected));
  own.server = new BusServer(own.options);
  await own.server.start();
  await ended;
  expect(own.logged).toContainEqual({ level: 'warn', message: expect.stringContaining('left behind'), details: { pid: left.pid } });
});
