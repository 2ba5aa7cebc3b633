import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AgentIdentity } from '@axion/contracts';
import { checkout, startKafka, waitFor } from '@axion/testkit';
import type { KafkaBroker } from '@axion/testkit';
import { envelope, WorkerRig } from './worker-rig.ts';

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
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

test('a command is on the bus before its offset is committed; its headers go along', async () => {
  await rig.createTopics();
  await rig.worker();
  await rig.produce([envelope({ command_id: 'c-1' })], { headers: { traceparent: '00-1-2-01', 'x-request-id': 'r', 'x-unknown': 'u' } });
  const [command] = await rig.stored(1, 'shop');
  expect(command).toMatchObject({ commandId: 'c-1', type: 'Stop', key: 'shop', headers: { traceparent: '00-1-2-01', 'x-request-id': 'r' } });
  expect(command?.headers).not.toHaveProperty('x-unknown');
  await rig.committedUpTo(1);
});

test('a worker that waits for its topic takes what was sent before it found it', async () => {
  const worker = await rig.worker();
  await worker.line(/session ended.*|does not host this topic/);
  await rig.createTopics();
  await rig.produce([envelope({ command_id: 'early' })]);
  expect(await rig.stored(1, 'shop')).toMatchObject([{ commandId: 'early' }]);
  await rig.committedUpTo(1);
});

test('what cannot be handled goes to the dead letters with the reason, and what follows is handled', async () => {
  await rig.createTopics();
  await rig.worker();
  const huge = envelope({ command_id: 'huge', payload: { project_id: 'shop', padding: 'x'.repeat(1024 * 1024) } });
  await rig.limitMessages(rig.topics.commands, 4_000_000);
  await rig.produce([Buffer.from('{')]);
  await rig.produce([Buffer.from([0xff, 0xfe])]);
  await rig.produce([null]);
  await rig.produce([envelope({ command_type: 'Explode' }), envelope({ command_id: undefined }), envelope({ payload: { project_id: '../etc' } })]);
  await rig.produce([huge]);
  await rig.produce([Buffer.from('{')], { headers: { 'x-dlq-replay': '1' } });
  await rig.produce([envelope({ command_id: 'good' })]);
  expect(await rig.stored(1, 'shop')).toMatchObject([{ commandId: 'good' }]);
  await rig.committedUpTo(9);
  const letters = await rig.readUntil(rig.topics.deadLetters, 7);
  expect(new Set(letters.map(({ json }) => json.error.code))).toEqual(new Set(['INVALID_ENVELOPE', 'INVALID_PAYLOAD', 'NOT_JSON', 'NO_VALUE', 'TOO_LARGE', 'UNKNOWN_TYPE']));
  expect(letters).toHaveLength(7);
  expect(letters.find(({ json }) => json.originalPayload === '{')).toMatchObject({ key: 'k', json: { originalTopic: rig.topics.commands, serviceName: 'runner-agent-service', attempt: 1 } });
});

test('payloads come as an object, as base64 and as bytes; batches gzipped', async () => {
  await rig.createTopics();
  await rig.worker();
  const payload = { project_id: 'shop' };
  const text = JSON.stringify(payload);
  await rig.produce([envelope({ payload }), envelope({ payload: Buffer.from(text).toString('base64') }), envelope({ payload: [...Buffer.from(text)] })], { compression: kafkajs.CompressionTypes.GZIP });
  expect((await rig.stored(3, 'shop')).map((command) => command.payload)).toEqual([payload, payload, payload]);
});

test.each(['gzip', 'snappy', 'lz4', 'zstd'])('batches that Kafka’s own codec packed with %s are read', async (codec) => {
  const { commands } = rig.topics;
  // The broker packs what it is sent with its topic's codec: the code that Java producers use.
  await rig.admin.createTopics({ waitForLeaders: true, topics: [{ topic: commands, configEntries: [{ name: 'compression.type', value: codec }] }] });
  await rig.worker();
  const ids = Array.from({ length: 300 }, (_, i) => `${codec}-${i}`);
  // Some that pack well and some that do not, so that all kinds of blocks occur.
  await rig.produce(ids.map((id, i) => envelope({ command_id: id, correlation_id: i % 2 ? 'same '.repeat(200) : randomBytes(600).toString('base64') })));
  expect((await rig.stored(300, 'shop')).map(({ commandId }) => commandId)).toEqual(ids);
});

test('commands that are not signed are dead letters where keys are configured', async () => {
  await rig.createTopics();
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  await rig.worker({ AXION_AGENT__SECURITY__COMMAND_PUBLIC_KEYS: raw });
  const body = envelope({ command_id: 'signed' });
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(body).toSorted(([a], [b]) => (a < b ? -1 : 1))));
  await rig.produce([envelope({ command_id: 'unsigned' }), { ...body, signature: sign(null, Buffer.from(canonical), privateKey).toString('base64') }]);
  expect(await rig.stored(1, 'shop')).toMatchObject([{ commandId: 'signed' }]);
  expect(await rig.readUntil(rig.topics.deadLetters, 1)).toMatchObject([{ json: { error: { code: 'INVALID_SIGNATURE' }, originalPayload: expect.stringContaining('unsigned') } }]);
});

test('a second member shares the partitions, and what it had comes back when it goes', async () => {
  await rig.createTopics(4);
  const first = await rig.worker();
  await first.line(/taking commands/, 30_000);
  const second = await rig.worker({ AXION_INSTANCE: '2' });
  await second.line(/taking commands/, 30_000);
  const sent = Array.from({ length: 200 }, (_, i) => envelope({ command_id: `m-${i}`, payload: { project_id: `p${i % 8}` } }));
  for (let key = 0; key < 8; key++) await rig.produce(sent.filter((_, i) => i % 8 === key), { key: `p${key}` });
  await second.kill();
  for (let key = 0; key < 8; key++) {
    const ids = (await rig.stored(25, `p${key}`)).map(({ commandId }) => commandId);
    expect(ids).toEqual(sent.filter((_, i) => i % 8 === key).map(({ command_id: id }) => id));
  }
});

test('nothing is printed on standard error, from start to stop', async () => {
  await rig.createTopics();
  const child = spawn(process.execPath, [join(checkout, 'apps/command-worker/src/main.ts')], { env: { ...process.env, ...rig.env() }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'close');
  const printed = Promise.all([readText(child.stderr), readText(child.stdout)]);
  await rig.produce([envelope(), envelope({ command_type: 'Explode' })]);
  await rig.publish(3);
  await rig.readUntil(rig.topics.events, 3);
  await rig.readUntil(rig.topics.deadLetters, 1);
  await rig.committedUpTo(2);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const [stderr, stdout] = await printed;
  expect(stderr).toBe('');
  expect(stdout).toMatch(/"msg":"stopped"/);
});

test('killed at any moment nothing is lost and nothing is there twice, in the order of the topic', async () => {
  await rig.createTopics();
  const ids = Array.from({ length: 400 }, (_, i) => `c-${i}`);
  for (let round = 0; round < 4; round++) {
    await rig.produce(ids.slice(round * 100, round * 100 + 100).map((id) => envelope({ command_id: id })));
    const worker = await rig.worker();
    // In the middle of it: some are stored, and whether they are committed is chance.
    await rig.stored(round * 100 + 10, 'shop');
    await worker.kill();
  }
  await rig.worker();
  await rig.committedUpTo(400);
  expect((await rig.waiting('shop')).map(({ commandId }) => commandId)).toEqual(ids);
});

test('a full bus, a dead bus and a restarted broker delay commands and lose none', async () => {
  await rig.createTopics();
  const worker = await rig.worker({ AXION_AGENT__KAFKA__MAX_IN_FLIGHT: '10' });
  await rig.produce([envelope({ command_id: 'before' })]);
  await rig.stored(1, 'shop');
  await rig.bus.kill();
  await rig.produce(Array.from({ length: 30 }, (_, i) => envelope({ command_id: `while-${i}` })));
  await worker.line(/commands wait/, 30_000);
  await rig.bus.restart();
  await rig.stored(31, 'shop');
  await rig.broker.restart();
  await rig.produce([envelope({ command_id: 'after' })]);
  const all = await rig.stored(32, 'shop');
  expect(all.map(({ commandId }) => commandId)).toEqual(['before', ...Array.from({ length: 30 }, (_, i) => `while-${i}`), 'after']);
  await rig.committedUpTo(32);
});

test('what the bus has not taken stays uncommitted, also when the worker ends', async () => {
  await rig.createTopics();
  const worker = await rig.worker();
  await rig.produce([envelope({ command_id: 'before' })]);
  await rig.committedUpTo(1);
  await rig.bus.kill();
  await rig.produce([envelope({ command_id: 'in-hand' })]);
  await worker.line(/commands wait/, 30_000);
  // As it ends it commits all that it may.
  await worker.stop();
  expect(await rig.committed()).toBe(1);
  await rig.bus.restart();
  await rig.worker();
  expect(await rig.stored(2, 'shop')).toMatchObject([{ commandId: 'before' }, { commandId: 'in-hand' }]);
});

test('an id is one command: sent again it is recognised, used for another it is a dead letter', async () => {
  await rig.createTopics();
  await rig.worker();
  await rig.produce([envelope({ command_id: 'once' }), envelope({ command_id: 'once' }), envelope({ command_id: 'once', payload: { project_id: 'shop', service_name: 'web' }, command_type: 'Restart' })]);
  await rig.committedUpTo(3);
  expect(await rig.waiting('shop')).toHaveLength(1);
  expect(await rig.readUntil(rig.topics.deadLetters, 1)).toMatchObject([{ json: { error: { code: 'DUPLICATE_ID' } } }]);
});

test('a command that no executor takes is answered at the door', async () => {
  await rig.createTopics();
  await rig.worker();
  await rig.produce([envelope({ command_id: 'u-1', command_type: 'Update', payload: {} })]);
  const [event] = await rig.readUntil(rig.topics.events, 1);
  expect(event?.json).toMatchObject({ event_type: 'ErrorReport', causation_id: 'u-1', correlation_id: 'corr', payload: { error: { code: 'UNIMPLEMENTED', reason: 'NO_EXECUTOR' } } });
});

test('two thousand commands over many projects', async () => {
  await rig.createTopics();
  await rig.worker();
  const values = Array.from({ length: 2000 }, (_, i) => envelope({ command_id: `t-${i}`, payload: { project_id: `p${i % 100}` } }));
  const begun = performance.now();
  await rig.produce(values);
  await rig.committedUpTo(2000);
  console.log(`2000 commands stored and committed in ${Math.round(performance.now() - begun)} ms`);
  expect((await rig.waiting('p7')).map(({ commandId }) => commandId)).toEqual(Array.from({ length: 20 }, (_, i) => `t-${i * 100 + 7}`));
});

test('switched off it is ready, idle and says so', async () => {
  const watcher = await rig.bus.connect('health-endpoint');
  const beats: string[] = [];
  watcher.beats.subscribe(({ lifecycle, checks }) => void beats.push(`${lifecycle}: ${checks.map(({ name, message }) => `${name} ${message}`).join()}`));
  const worker = await rig.worker({ AXION_AGENT__KAFKA__ENABLED: 'false', AXION_AGENT__KAFKA__BROKERS: '127.0.0.1:1' });
  await waitFor(() => beats.includes('ready: kafka disabled by kafka.enabled=false'), { what: 'the beat of a worker that is switched off' });
  expect((await worker.stop()).code).toBe(0);
});

test('without an id it waits for the one that enrolment writes', async () => {
  await rig.createTopics();
  await rig.worker({ AXION_AGENT__AGENT__ID: undefined });
  await rig.produce([envelope({ command_id: 'early' })]);
  const link = await rig.bus.connect('control-link');
  await link.bucket<AgentIdentity>('identity').put('agent', { agent_id: rig.agentId, server_id: 's', source: 'enrolment', since: new Date().toISOString() });
  expect(await rig.stored(1, 'shop')).toMatchObject([{ commandId: 'early' }]);
});
