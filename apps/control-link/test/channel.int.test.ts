import { CommandLoop, type Bus } from '@axion/bus';
import { HOLD_KEY, type NodeHold } from '@axion/contracts';
import { newId } from '@axion/core';
import { tempDir, waitFor } from '@axion/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { linkSetup, TOKEN, type LinkSetup } from './link-setup.ts';

/** Executes commands in the executor's place, each when the test lets it, and answers its actions. */
const executorOf = async (bus: Bus) => {
  const done: string[] = [];
  const hold = { by: Promise.resolve() };
  const loop = new CommandLoop({
    executor: 'swarm',
    bus,
    parallelism: 4,
    agentId: () => 'agent',
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    handle: async ({ command }) => {
      await hold.by;
      done.push(command.commandId);
      if (command.payload['service_name'] === 'nobody') return { ok: false, payload: { error: { code: 'NOT_FOUND', message: 'there is no service nobody', retryable: false, reason: 'NO_SUCH_SERVICE' } } };
      return { ok: true, payload: { project_id: command.projectId, asked: command.payload } };
    },
  });
  let lines = 0;
  const stamp = (at: number): string => new Date(1_700_000_000_000 + at).toISOString().replace('Z', '000000Z');
  bus.actions.serve('swarm', 'status', async (body) => ({ asked: body, services: [{ name: 'web' }] }));
  bus.actions.serve('swarm', 'engine', async () => ({ version: '28' }));
  bus.actions.serve('swarm', 'logs', async () => {
    lines += 1;
    return { lines: Array.from({ length: Math.min(lines, 5) }, (_, index) => lines - Math.min(lines, 5) + index + 1).map((at) => ({ stream: 'stdout', text: `${stamp(at * 1000)} line ${at}` })) };
  });
  await loop.start();
  onTestFinished(() => loop.stop());
  return { done, hold, loop };
};

const setup = async (planeArgs: readonly string[] = []): Promise<LinkSetup & Awaited<ReturnType<typeof executorOf>>> => {
  const link = await linkSetup(planeArgs);
  return { ...link, ...(await executorOf(await link.bus.connect('swarm-executor'))) };
};

test('actions over the channel: reads are answered, changes are commands with the action’s id, carried out once', async () => {
  const { plane, start, done, hold, watcher } = await setup();
  const link = await start();
  const status = await plane.act({ actionId: newId(), status: { projectId: 'shop' } });
  expect(JSON.parse(status.end.answer?.json ?? '')).toEqual({ asked: { project_id: 'shop' }, services: [{ name: 'web' }] });
  expect(status.accepted).toBe(false);
  const whole = await plane.act({ actionId: newId(), status: {} });
  expect(JSON.parse(whole.end.answer?.json ?? '')).toMatchObject({ agent: { server_id: 'host-1' } });

  const id = newId();
  const scaled = await plane.act({ actionId: id, metadata: { userId: 'u-1' }, scale: { projectId: 'shop', serviceName: 'web' } });
  expect(scaled).toMatchObject({ accepted: true });
  expect(JSON.parse(scaled.end.answer?.json ?? '')).toEqual({ project_id: 'shop', asked: { project_id: 'shop', service_name: 'web', replicas: 0 } });
  const again = await plane.act({ actionId: id, scale: { projectId: 'shop', serviceName: 'web' } });
  expect(again).toMatchObject({ accepted: false, end: { failure: { code: 'ALREADY_EXISTS', error: { code: 'DUPLICATE_ACTION' } } } });
  expect(done).toEqual([id]);

  const failed = await plane.act({ actionId: newId(), restart: { projectId: 'shop', serviceName: 'nobody' } });
  expect(failed).toMatchObject({ accepted: true, end: { failure: { code: 'NOT_FOUND', error: { code: 'NO_SUCH_SERVICE' } } } });
  expect(await plane.act({ actionId: newId(), stop: { projectId: '../x' } })).toMatchObject({ accepted: false, end: { failure: { code: 'INVALID_ARGUMENT' } } });
  expect(await plane.act({ actionId: newId(), update: {} })).toMatchObject({ end: { failure: { code: 'UNIMPLEMENTED' } } });
  expect(await plane.act({ actionId: newId(), deploy: { projectId: 'shop', commandId: 'c-404' } })).toMatchObject({ end: { failure: { code: 'NOT_FOUND', error: { code: 'NO_SUCH_COMMAND' } } } });
  const reference = await plane.act({ actionId: newId(), deploy: { projectId: 'shop', commandId: id } });
  expect(JSON.parse(reference.end.answer?.json ?? '')).toMatchObject({ command_id: id, state: 'ended', event_type: 'StatusReport' });

  // On disk is on disk: what becomes of the channel changes nothing.
  const held = Promise.withResolvers<void>();
  hold.by = held.promise;
  const lost = newId();
  const outcome = plane.act({ actionId: lost, stop: { projectId: 'shop' } });
  await waitFor(async () => (await watcher.commands.waiting('swarm', 'shop')).some(({ commandId }) => commandId === lost), { what: 'the command on disk' });
  await link.kill();
  expect(await outcome).toMatchObject({ end: { lost: expect.any(String) as string } });
  await start();
  expect(await plane.act({ actionId: lost, stop: { projectId: 'shop' } })).toMatchObject({ end: { failure: { code: 'ALREADY_EXISTS' } } });
  held.resolve();
  await waitFor(() => done.includes(lost), { what: 'the stop to be carried out' });
  expect(done.filter((one) => one === lost)).toHaveLength(1);
});

test('logs stream at the pace of their reader, side by side with everything else, until they are cancelled', async () => {
  const { plane, start } = await setup();
  await start();
  const followed = plane.act({ actionId: newId(), logs: { projectId: 'shop', follow: true } }, { credit: 1, cancelAfter: 3 });
  const stuck = plane.act({ actionId: newId(), timeoutMs: 2000, logs: { projectId: 'shop', serviceName: 'web' } }, { credit: 0 });
  expect((await plane.act({ actionId: newId(), status: { projectId: 'shop' } })).end.answer).toBeDefined();
  expect(await stuck).toMatchObject({ chunks: [], end: { failure: { code: 'DEADLINE_EXCEEDED' } } });
  const { chunks, end } = await followed;
  expect(end.failure?.code).toBe('CANCELLED');
  expect(chunks.map(({ sequence }) => sequence ?? 0)).toEqual([0, 1, 2]);
  const lines = chunks.flatMap(({ logs }) => logs.lines.map(({ text }) => Buffer.from(text, 'base64').toString()));
  expect(new Set(lines).size).toBe(lines.length);
  const whole = await plane.act({ actionId: newId(), logs: { projectId: 'shop', serviceName: 'web', tail: 5 } });
  expect(whole.end.answer).toBeDefined();
  expect(whole.chunks[0]?.logs.lines[0]).toMatchObject({ serviceName: 'web' });
});

test('a drained node is known to its executors, whatever restarts, until it is taken back', async () => {
  const { plane, start, bus } = await setup();
  const executor = await bus.connect('workload-executor');
  let hold: NodeHold | undefined;
  await executor.bucket<NodeHold>('identity').watch(({ key, value }) => {
    if (key === HOLD_KEY) hold = value;
  });
  const link = await start();
  const drained = await plane.act({ actionId: newId(), drain: { reason: 'a new disk' } });
  expect(JSON.parse(drained.end.answer?.json ?? '')).toMatchObject({ drained: true, reason: 'a new disk' });
  await waitFor(() => hold?.reason === 'a new disk', { what: 'the executors to know' });
  await link.kill();
  await start();
  await plane.agent('the channel again', ({ channel }) => channel);
  expect(hold?.reason).toBe('a new disk');
  const back = await plane.act({ actionId: newId(), undrain: {} });
  expect(JSON.parse(back.end.answer?.json ?? '')).toEqual({ drained: false });
  await waitFor(() => hold === undefined, { what: 'the executors to know that it is over' });
});

test('a token is taken in the place of another once it works, and outlives a restart', async () => {
  const { plane, start } = await setup();
  const folder = await tempDir('link');
  onTestFinished(() => folder.remove());
  const env = { AGENT__DATA_DIR: folder.path };
  const link = await start(env);
  expect(await plane.act({ actionId: newId(), rotateToken: { token: 'not-known-there-1' } })).toMatchObject({ end: { failure: { code: 'UNAUTHENTICATED' } } });
  plane.accept(TOKEN, 'second-token-91c2');
  const rotated = await plane.act({ actionId: newId(), rotateToken: { token: 'second-token-91c2' } });
  expect(JSON.parse(rotated.end.answer?.json ?? '')).toEqual({ rotated: true });
  plane.accept('second-token-91c2');
  const { heartbeats } = await plane.agent('a heartbeat', () => true);
  await plane.agent('heartbeats with the new token alone', (agent) => agent.heartbeats > heartbeats + 2);
  expect(link.output).not.toMatch(/not-known-there-1|second-token-91c2/);
  await link.kill();
  await start(env);
  await plane.agent('heartbeats after a restart', (agent) => agent.heartbeats > heartbeats + 5 && agent.channel);
});

test('a control plane without the channel is fine', async () => {
  const { plane, start, beat } = await setup(['--no-channel']);
  const link = await start();
  await link.line(/the control plane has no control channel/);
  await plane.agent('heartbeats', ({ heartbeats, channel }) => heartbeats >= 3 && !channel);
  await beat('a healthy link', ({ status }) => status === 'healthy');
});

test('where commands must be signed, an action changes nothing', async () => {
  const { plane, start, done } = await setup();
  await start({ SECURITY__COMMAND_PUBLIC_KEYS: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=' });
  expect(await plane.act({ actionId: newId(), stop: { projectId: 'shop' } })).toMatchObject({ accepted: false, end: { failure: { code: 'FAILED_PRECONDITION', error: { code: 'SIGNATURE_REQUIRED' } } } });
  expect((await plane.act({ actionId: newId(), status: {} })).end.answer).toBeDefined();
  expect(done).toEqual([]);
});
