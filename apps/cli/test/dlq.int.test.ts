import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '@axion/config';
import { createKafkaClient, kafkaSettings, RecordSender, silentLog } from '@axion/kafka';
import type { KafkaClient } from '@axion/kafka';
import { checkout, spawnComponent, startBus, startKafka, uniqueName, waitFor } from '@axion/testkit';
import type { KafkaBroker, TestBus } from '@axion/testkit';

const PASSWORD = 'hunter2-in-the-payload';
const agentId = uniqueName('agent');
const commandsTopic = `runner.commands.${agentId}`;
const deadLettersTopic = `dlq.${agentId}`;
let broker: KafkaBroker;
let bus: TestBus;
let client: KafkaClient;
let sender: RecordSender;

beforeAll(async () => {
  [broker, bus] = await Promise.all([startKafka({ settings: { 'num.partitions': '2' } }), startBus()]);
  client = createKafkaClient(await kafkaSettings(loadConfig({ argv: [], env: env() }).config, 'test'), silentLog);
  sender = new RecordSender(client);
});
afterAll(async () => {
  await sender.close();
  await Promise.all([broker[Symbol.asyncDispose](), bus[Symbol.asyncDispose]()]);
});

const env = (): Record<string, string> => ({
  AXION_AGENT__AGENT__ID: agentId,
  AXION_AGENT__BUS__URL: bus.url,
  AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
  AXION_AGENT__KAFKA__BROKERS: broker.address,
  AXION_AGENT__KAFKA__DLQ_TOPIC: 'dlq.{agent_id}',
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const axion = (...args: readonly string[]): Promise<Ran> => {
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const { AXION_CONFIG: _, ...outer } = process.env;
  const child = execFile(process.execPath, [join(checkout, 'apps/cli/src/main.ts'), ...args], { env: { ...outer, ...env(), NO_COLOR: '1' } }, (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }));
  return promise;
};

const list = async (...args: readonly string[]): Promise<readonly Record<string, string | null>[]> => {
  const { code, stdout, stderr } = await axion('--json', 'dlq', 'list', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, string | null>);
};
const ids = (rows: readonly Record<string, string | null>[]): (string | null | undefined)[] => rows.map(({ command_id: id }) => id);

const produce = (id: string, value?: Uint8Array): Promise<void> => {
  const payload = { project_id: 'shop', env: { PASSWORD } };
  const envelope = { command_id: id, command_type: 'Stop', payload, correlation_id: 'corr', timestamp: new Date().toISOString() };
  return sender.send(commandsTopic, { key: 'shop', value: value ?? JSON.stringify(envelope), headers: { 'x-request-id': id } });
};

test('letters that a worker has put aside are listed without secrets, and sent again are executed', async () => {
  expect(await axion('dlq', 'list')).toEqual({ code: 0, stdout: `no dead letters in ${deadLettersTopic}\n`, stderr: '' });
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const strict = await spawnComponent('command-worker', { env: { ...env(), AXION_AGENT__SECURITY__COMMAND_PUBLIC_KEYS: key } });
  for (const id of ['c-1', 'c-2', 'c-3']) await produce(id);
  await produce('', Buffer.from([0xff, 0xfe]));
  await waitFor(async () => (await list()).length === 4, { what: 'four dead letters', timeoutMs: 60_000, intervalMs: 300 });
  await strict.stop();
  // Another agent's letter in the same topic, and what is no letter at all.
  const [first] = await list('--limit', '4', '--reason', 'INVALID_SIGNATURE');
  const foreign = { originalTopic: 'runner.commands.other', originalKey: null, originalHeaders: {}, originalPayload: '{}', attempt: 1, error: { message: PASSWORD, code: 'INVALID_SIGNATURE' }, dlqTimestamp: 1, serviceName: 's', correlationId: null };
  await sender.send(deadLettersTopic, { key: null, value: JSON.stringify(foreign), headers: {} });
  await sender.send(deadLettersTopic, { key: null, value: 'rubbish', headers: {} });

  expect(first).toMatchObject({ reason: 'INVALID_SIGNATURE', command_type: 'Stop', command_id: 'c-1', original_topic: commandsTopic, original_key: 'shop' });
  expect(ids(await list('--reason', 'INVALID_SIGNATURE'))).toEqual(['c-1', 'c-2', 'c-3', null]);
  expect((await list('--limit', '2')).map(({ original_topic: topic }) => topic)).toEqual(['runner.commands.other', null]);
  const table = await axion('dlq', 'list');
  expect(table.stdout).toMatch(/^PLACE +TIME +REASON +COMMAND +ID +TOPIC +KEY\n/);
  expect(table.stdout).toContain('NOT_JSON');
  expect(table.stdout + JSON.stringify(await list())).not.toContain(PASSWORD);

  await using relaxed = await spawnComponent('command-worker', { env: env() });
  const executor = await bus.connect('swarm-executor');
  const stored = (count: number) =>
    waitFor(async () => ((await executor.commands.waiting('swarm', 'shop', 100)).length >= count ? executor.commands.waiting('swarm', 'shop', 100) : undefined), { what: `${count} commands`, timeoutMs: 60_000 });
  const place = (await list()).find(({ command_id: id }) => id === 'c-2')!.place!;
  expect(await axion('dlq', 'replay', place)).toEqual({ code: 0, stdout: `${place} → ${commandsTopic}\n`, stderr: '' });
  expect(await stored(1)).toMatchObject([{ commandId: 'c-2', payload: { project_id: 'shop' }, headers: { 'x-request-id': 'c-2' } }]);

  const all = await axion('--json', 'dlq', 'replay', '--all', '--reason', 'INVALID_SIGNATURE');
  expect({ code: all.code, sent: all.stdout.trim().split('\n').length, stderr: all.stderr }).toEqual({ code: 0, sent: 3, stderr: '' });
  expect(all.stdout).not.toContain('other');
  // c-2 is known already; the others follow in the order in which they were sent first.
  expect((await stored(3)).map(({ commandId }) => commandId)).toEqual(['c-2', 'c-1', 'c-3']);

  const rubbish = (await list()).find(({ reason }) => reason === 'NOT_JSON')!.place!;
  expect((await axion('dlq', 'replay', rubbish)).code).toBe(0);
  await relaxed.line(/a replayed dead letter failed again and is dropped/);
  expect(await list()).toHaveLength(6);
});

test.each([
  [['dlq', 'replay'], 2, /name the places/],
  [['dlq', 'replay', '--all', '0:1'], 2, /name the places/],
  [['dlq', 'replay', '0:1', '--reason', 'X'], 2, /goes with --all/],
  [['dlq', 'replay', 'x'], 2, /no place of a dead letter/],
  [['dlq', 'replay', '9:0'], 1, /no dead letter at 9:0 of dlq\./],
  [['dlq', 'list', '--limit', '0'], 2, /--limit takes/],
])('%j ends with %i and says why', async (args, code, why) => {
  const ran = await axion(...args);
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr).toMatch(why);
});
