import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUS_USERS } from '@axion/contracts';
import { nkeys } from 'nats';
import { silentLog } from '../src/bus-log.ts';
import { connectBus } from '../src/index.ts';
import { command, OwnBus, until } from './own-bus.ts';

let own: OwnBus;
beforeAll(async () => {
  own = await OwnBus.start();
});
afterAll(async () => {
  await own?.[Symbol.asyncDispose]();
});

test.each(BUS_USERS)('%s connects with its own credentials', async (user) => {
  expect((await own.connect(user)).connected).toBe(true);
});

test('whoever has no credentials, or unknown ones, is refused', async () => {
  const { url } = own.options;
  await expect(connectBus({ component: 'cli', url, credentialsDir: '/nonexistent', env: {} })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  await writeFile(join(own.options.credentialsDir, 'stranger.nk'), nkeys.createUser().getSeed(), { mode: 0o600 });
  await expect(connectBus({ component: 'stranger' as 'cli', url, credentialsDir: own.options.credentialsDir, env: {} })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('telemetry-sampler cannot publish a command, create a consumer, delete, or change a stream', async () => {
  const sampler = await own.connect('telemetry-sampler');
  await expect(sampler.commands.publish(command('c-1'))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  const raw = await own.raw('telemetry-sampler');
  for (const subject of [
    '$JS.API.CONSUMER.CREATE.TELEMETRY.x',
    '$JS.API.CONSUMER.CREATE.KV_inventory.x.$KV.inventory.>',
    '$JS.API.CONSUMER.DURABLE.CREATE.KV_inventory.x',
    '$JS.API.STREAM.CREATE.X',
    '$JS.API.STREAM.UPDATE.COMMANDS',
    '$JS.API.STREAM.DELETE.COMMANDS',
    '$JS.API.STREAM.MSG.DELETE.COMMANDS',
    '$JS.API.DIRECT.GET.COMMANDS',
    '$KV.inventory.containers',
    'axion.act.swarm.stop',
    'axion.stored.cmd.swarm.shop',
    'axion.health.swarm-executor.1',
  ]) {
    await expect(raw.request('try', subject, '{}'), subject).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  }
  const cli = await own.connect('cli');
  expect((await cli.stream('COMMANDS')).messages).toBe(0);
});

test('nobody reads what another is answered', async () => {
  const refused: string[] = [];
  const refuse = (details: object): void => void refused.push((details as { subject: string }).subject);
  const raw = await own.raw('telemetry-sampler', { ...silentLog, warn: refuse, error: refuse });
  raw.subscribe('_INBOX_cli.>', () => refused.push('read'));
  raw.subscribe('axion.cmd.>', () => refused.push('read'));
  await until('both subscriptions are refused', () => refused.includes('_INBOX_cli.>') && refused.includes('axion.cmd.>'));
  const cli = await own.connect('cli');
  await cli.stream('EVENTS');
  await raw.flush();
  expect(refused).not.toContain('read');
});

test('an answer of the server aimed at a queue is not taken for a command', async () => {
  const executor = await own.connect('swarm-executor');
  const link = await own.connect('control-link');
  // control-link may write `identity` and read it back; here it names somebody else's subject for the answers.
  await link.bucket('identity').put('agent', command('forged', 'victim'));
  const nats = await own.plain('control-link');
  nats.publish('$JS.API.DIRECT.GET.KV_identity.$KV.identity.agent', '', { reply: 'axion.cmd.swarm.victim' });
  nats.publish('$JS.API.STREAM.INFO.KV_identity', '', { reply: 'axion.cmd.swarm.victim' });
  const cli = await own.connect('cli');
  await until('the server has sent both answers', async () => (await cli.stream('COMMANDS')).messages === 2);
  expect(await executor.commands.head('swarm', 'victim')).toBeUndefined();
  expect((await cli.stream('COMMANDS')).messages).toBe(0);
});
