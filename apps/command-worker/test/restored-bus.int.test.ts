import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '@axion/testkit';
import { WorkerRig } from './worker-rig.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('a bus restored from a backup older than the last events: what it is given since leaves, though its sequences left before', async () => {
  await using rig = await WorkerRig.start();
  await rig.createTopics(3);
  const store = join(dirname(rig.bus.credentialsDir), 'store');
  const restart = async () => {
    await rig.bus.restart();
    await waitFor(() => rig.executor.connected, { what: 'the executor to be connected again' });
  };
  const first = await rig.worker();
  await rig.publish(5);
  await rig.readUntil(rig.topics.events, 5);
  await first.stop();
  await rig.bus.stop();
  await cp(store, `${store}.backup`, { recursive: true, preserveTimestamps: true });
  await restart();
  const second = await rig.worker();
  await rig.publish(5, { from: 5 });
  await rig.readUntil(rig.topics.events, 10);
  await second.stop();
  await rig.bus.stop();
  await rm(store, { recursive: true });
  await cp(`${store}.backup`, store, { recursive: true, preserveTimestamps: true });
  await restart();
  const third = await rig.worker();
  await third.line(/"newest":10,"last_sequence":5.*restored from an older backup/);
  await rig.publish(8, { from: 10 });
  const seen = await rig.readUntil(rig.topics.events, 18);
  expect(seen.map(({ json }) => json.payload.n).toSorted((a, b) => a - b)).toEqual(upTo(18));
});

test('a topic of events that agents share: records of another do not hide what was sent', async () => {
  await using rig = await WorkerRig.start();
  await rig.createTopics();
  const first = await rig.worker();
  await rig.publish(20);
  await rig.readUntil(rig.topics.events, 20);
  await first.stop();
  const cursors = (await rig.bus.connect('command-worker')).bucket<{ sequence: number; stream: number }>('cursors');
  const { value, revision } = (await cursors.get('kafka-outbox'))!;
  await cursors.update('kafka-outbox', { ...value, sequence: value.sequence - 10 }, revision);
  const foreign = (position: string) => ({ key: 'k', value: JSON.stringify({ event_id: position, agent_id: 'another', payload: { n: -1 } }), headers: { 'x-axion-position': position } });
  await rig.producer.send({ topic: rig.topics.events, messages: Array.from({ length: 300 }, (_, i) => foreign(`1700000000000-${i}`)) });
  await rig.publish(1, { from: 20 });
  const second = await rig.worker();
  await second.line(/"count":10.*not sent again/);
  const seen = await rig.readUntil(rig.topics.events, 321);
  expect(seen.map(({ json }) => json.payload.n).filter((n) => n >= 0)).toEqual(upTo(21));
});
