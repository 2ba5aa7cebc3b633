import { readdirSync, readFileSync } from 'node:fs';
import { machine, totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { waitFor } from '@axion/testkit';
import { linkSetup, publishPasses, TOKEN, VALUES_A_PASS } from './link-setup.ts';

test('it enrols, sends heartbeats, and is the same agent after a restart and after a kill', async () => {
  const { bus, plane, start, identity, beat, metric } = await linkSetup();
  const executor = await bus.connect('swarm-executor');
  executor.actions.serve('swarm', 'engine', async () => ({ version: '27.5.1' }));
  const link = await start();
  const seen = await plane.agent('heartbeats', ({ heartbeats, health }) => heartbeats >= 3 && health.lastHeartbeat > 0);
  expect(seen).toMatchObject({ server_id: 'host-1', registrations: 1, info: { architecture: machine(), serverInfo: { totalMemory: totalmem(), dockerVersion: '27.5.1' } } });
  expect(await identity()).toMatchObject({ agent_id: seen.agent_id, server_id: 'host-1', source: 'enrolment' });
  await beat('a healthy link', ({ status, lifecycle }) => status === 'healthy' && lifecycle === 'ready');
  expect(await metric('agent_grpc_connection_status')).toBe(1);
  expect(await metric('agent_heartbeat_lag_seconds')).toBeLessThan(5);
  expect(await metric('agent_grpc_requests_total')).toBeGreaterThan(0);

  expect((await link.stop()).code).toBe(0);
  const second = await start();
  await plane.agent('heartbeats after the restart', ({ heartbeats }) => heartbeats >= seen.heartbeats + 3);
  await second.kill();
  const third = await start();
  const { heartbeats } = (await plane.agents())[0]!;
  const last = await plane.agent('heartbeats after the kill', (agent) => agent.heartbeats >= heartbeats + 3);
  expect(last).toMatchObject({ agent_id: seen.agent_id, registrations: 1 });
  await third.stop();
  for (const { output } of [link, second, third]) {
    expect(output).not.toContain(TOKEN);
    expect(output).not.toMatch(/warning/i);
  }
});

test('a control plane that comes back with nothing remembered gets its agent again', async () => {
  const { plane, start, identity, beat, metric } = await linkSetup();
  const link = await start();
  const before = await plane.agent('a heartbeat', ({ heartbeats }) => heartbeats > 0);
  // While it connected for the first time it was degraded, too.
  await beat('a healthy link', ({ status }) => status === 'healthy');
  await plane.process.kill();
  const sick = await beat('a degraded link', ({ status }) => status === 'degraded');
  expect(sick.message).toContain('control-plane');
  expect(sick.lifecycle).toBe('ready');
  expect(await metric('agent_grpc_connection_status')).toBe(0);
  await plane.restart();
  const after = await plane.agent('the agent at the new control plane', ({ heartbeats }) => heartbeats > 1);
  expect(after).toMatchObject({ agent_id: before.agent_id, registrations: 1 });
  expect(await identity()).toMatchObject({ agent_id: before.agent_id });
  await beat('a healthy link', ({ status }) => status === 'healthy');
  expect(link.output).not.toContain(TOKEN);
});

test('a control plane that hangs is missed, and found again when it goes on', async () => {
  const { plane, start, beat } = await linkSetup();
  await start({ CONTROL_PLANE__TIMEOUT: '0.5', CONTROL_PLANE__RETRY_ATTEMPTS: '0' });
  await plane.agent('a heartbeat', ({ heartbeats }) => heartbeats > 0);
  plane.process.signal('SIGSTOP');
  await beat('a link that misses its heartbeat', ({ status, message }) => status === 'degraded' && /Heartbeat at 127\.0\.0\.1/.test(message));
  plane.process.signal('SIGCONT');
  await beat('a healthy link', ({ status }) => status === 'healthy');
});

test('samples arrive once each, in spite of an outage', async () => {
  const { bus, plane, start, watcher } = await linkSetup();
  await start({ CONTROL_PLANE__HEARTBEAT_INTERVAL: '0.5' });
  const sampler = await bus.connect('telemetry-sampler');
  const now = Date.now() - 1000;
  const times = Array.from({ length: 30 }, (_, index) => now + index);
  await publishPasses(sampler, times.slice(0, 10));
  const first = await plane.agent('ten passes', ({ metrics }) => metrics.passes === 10 && metrics.values === 10 * VALUES_A_PASS);
  expect(first.metrics.repeated).toBe(0);
  const loaded = await plane.agent('the load', ({ health }) => health.memoryUsage === 600);
  expect(loaded.health.cpuUsage).toBe(0);
  await waitFor(async () => (await watcher.stream('TELEMETRY')).messages === 0, { what: 'shipped passes to leave the bus' });

  await plane.process.kill();
  await publishPasses(sampler, times.slice(10));
  expect((await watcher.stream('TELEMETRY')).messages).toBe(20);
  await plane.restart();
  const second = await plane.agent('twenty passes', ({ metrics }) => metrics.passes === 20 && metrics.values === 20 * VALUES_A_PASS);
  expect(second.metrics.repeated).toBe(0);
  expect([...first.metrics.latest_passes, ...second.metrics.latest_passes]).toEqual(times);
  await waitFor(async () => (await watcher.stream('TELEMETRY')).messages === 0, { what: 'shipped passes to leave the bus' });
});

test('killed while it ships, it loses nothing', async () => {
  const { bus, plane, start } = await linkSetup();
  const sampler = await bus.connect('telemetry-sampler');
  const now = Date.now() - 1000;
  const times = Array.from({ length: 60 }, (_, index) => now + index);
  await publishPasses(sampler, times);
  for (let kills = 0; kills < 2; kills += 1) {
    const seen = (await plane.agents())[0]?.metrics.values ?? 0;
    const link = await start({ TELEMETRY__BATCH_SIZE: '5' });
    await plane.agent('some more samples', ({ metrics }) => metrics.values > seen);
    await link.kill();
  }
  await start();
  const all = await plane.agent('all passes', ({ metrics }) => metrics.values === times.length * VALUES_A_PASS);
  expect(all.metrics.latest_passes).toEqual(times);
});

test('heartbeats go on while the bus is away', async () => {
  const { bus, plane, start } = await linkSetup();
  await start();
  const { heartbeats } = await plane.agent('a heartbeat', (agent) => agent.heartbeats > 0);
  await bus.kill();
  await plane.agent('heartbeats without a bus', (agent) => agent.heartbeats >= heartbeats + 10);
  await bus.restart();
  const sampler = await bus.connect('telemetry-sampler');
  await publishPasses(sampler, [Date.now()]);
  await plane.agent('samples after the bus came back', ({ metrics }) => metrics.passes === 1);
});

test('a token that is refused is said plainly, and shown nowhere', async () => {
  const { start, identity, beat, bus } = await linkSetup();
  const token = 'another-token-91bc';
  const link = await start({ AGENT__TOKEN: token });
  const sick = await beat('an unhealthy link', ({ status }) => status === 'unhealthy');
  expect(sick.message).toContain('RegisterAgent');
  expect(sick.message).not.toContain(token);
  expect(await identity()).toBeUndefined();
  await link.stop();
  expect(link.output).not.toContain(token);
  await bus.stop();
});

test('without a control plane it gives the agent a name and is content', async () => {
  const { start, identity, beat, plane } = await linkSetup();
  const link = await start({ CONTROL_PLANE__ENABLED: 'false', AGENT__TOKEN: '' });
  expect(await identity()).toMatchObject({ agent_id: 'local-host-1', source: 'local' });
  const content = await beat('a healthy link', ({ status }) => status === 'healthy');
  expect(content.checks.find(({ name }) => name === 'control-plane')?.message).toBe('disabled');
  expect(await plane.agents()).toEqual([]);
  expect((await link.stop()).code).toBe(0);
});

test('a configured id is that of the agent', async () => {
  const { start, identity, plane } = await linkSetup();
  await start({ AGENT__ID: 'mine' });
  await waitFor(async () => (await identity())?.agent_id === 'mine', { what: 'the configured id' });
  await plane.agent('an enrolment', ({ registrations }) => registrations > 0);
});

test.each([
  ['no token', { AGENT__TOKEN: '' }, /agent\.token.*control_plane\.enabled=false/],
  ['a scheduler that could not call back', { SCHEDULER__ENABLED: 'true' }, /agent_api\.enabled=true, or scheduler\.agent_grpc_endpoint/],
  ['an unencrypted way out', { CONTROL_PLANE__GRPC_URL: 'http://control.example:80' }, /not encrypted.*allow_insecure/],
])('%s is one clear line and exit code 78', async (_, env, line) => {
  const { start } = await linkSetup();
  const link = await start(env, false);
  expect((await link.exited).code).toBe(78);
  expect(link.output).toMatch(line);
});

test('the token is in no file of the bus and in no process list', async () => {
  const { bus, plane, start } = await linkSetup();
  const link = await start();
  await plane.agent('a heartbeat', ({ heartbeats }) => heartbeats > 0);
  expect(readFileSync(`/proc/${link.pid}/cmdline`, 'utf8')).not.toContain(TOKEN);
  await bus.stop();
  const store = `${bus.credentialsDir}/..`;
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(readFileSync(`${file.parentPath}/${file.name}`).includes(TOKEN), file.name).toBe(false);
});
