import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NodeReport } from '@axion/contracts';
import { tempDir, testAuthority } from '@axion/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { ControlPlaneProcess } from './control-plane-process.ts';
import { linkSetup, type LinkSetup } from './link-setup.ts';

const room = { total: 4000, allocated: 1000, used: 500 };
const report: NodeReport = { runtimes: [{ type: 'container', state: 'ready' }], storage_drivers: ['local'], cpu_millicores: room, memory_bytes: { ...room, total: 2 ** 33 }, disk_bytes: { ...room, total: 2 ** 40 }, draining: false };

/** A scheduler of its own beside the control plane, and somebody who answers in the executor's place. */
const nodeSetup = async (more: readonly string[] = []): Promise<LinkSetup & { readonly scheduler: ControlPlaneProcess; readonly env: Readonly<Record<string, string>> }> => {
  const [setup, scheduler] = await Promise.all([linkSetup(), ControlPlaneProcess.start('unused', ['--heartbeat-seconds', '1', '--lease-seconds', '20', ...more])]);
  onTestFinished(() => scheduler[Symbol.asyncDispose]());
  const executor = await setup.bus.connect('workload-executor');
  executor.actions.serve('workload', 'list', async () => ({ workloads: [{ id: 'web', actualState: 'ACTUAL_STATE_RUNNING', updatedAt: 1_700_000_000 }] }));
  executor.actions.serve('workload', 'node', async () => report);
  const env = { SCHEDULER__ENABLED: 'true', SCHEDULER__ADDR: scheduler.scheduler, SCHEDULER__INSECURE: 'true', SCHEDULER__AGENT_GRPC_ENDPOINT: 'nat.example:50051' };
  return { ...setup, scheduler, env };
};

test('by mutual TLS, with the certificate of the agent API, from an address that leads back', async () => {
  const folder = await tempDir('scheduler-tls');
  onTestFinished(() => folder.remove());
  const authority = testAuthority();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text, { mode: 0o600 });
    return join(folder.path, name);
  };
  const ca = file('ca.pem', authority.ca);
  const certified = (name: string, of = authority): readonly [cert: string, key: string] => {
    const { cert, key } = of.issue({ name });
    return [file(`${name}.pem`, cert), file(`${name}.key`, key)];
  };
  const { scheduler, env, start, beat } = await nodeSetup(['--scheduler-tls', [...certified('scheduler'), ca].join()]);
  const door = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void door.close());
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const secure = (name: string, of = authority) => {
    const [cert, key] = certified(name, of);
    return { ...env, SCHEDULER__INSECURE: 'false', SCHEDULER__AGENT_GRPC_ENDPOINT: '', AGENT_API__ENABLED: 'true', AGENT_API__PORT: String(port), AGENT_API__TLS_CA_LOCATION: ca, AGENT_API__TLS_CERT_LOCATION: cert, AGENT_API__TLS_KEY_LOCATION: key };
  };
  const stranger = await start(secure('stranger', testAuthority('Somebody else')));
  const refused = await beat('a scheduler that refuses', ({ message }) => message.includes('AgentControl') || message.includes('RegisterNode'));
  expect(refused.status).toBe('degraded');
  await stranger.stop();
  expect(await scheduler.nodes()).toEqual([]);
  await start(secure('node'));
  const node = await scheduler.node('a heartbeat', ({ heartbeats }) => heartbeats > 0);
  expect(node.registration.grpcEndpoint).toBe(`127.0.0.1:${port}`);
});

test('scheduler and control plane do not wait for each other', async () => {
  const { plane, scheduler, env, start, beat } = await nodeSetup();
  scheduler.process.signal('SIGSTOP');
  await start(env);
  const { heartbeats } = await plane.agent('heartbeats without a scheduler', (agent) => agent.heartbeats >= 3);
  scheduler.process.signal('SIGCONT');
  await scheduler.node('a node', (node) => node.heartbeats > 0);
  await beat('a healthy link', ({ status }) => status === 'healthy');
  await plane.process.kill();
  const before = (await scheduler.nodes())[0]?.heartbeats ?? 0;
  const sick = await beat('a link without its control plane', ({ status }) => status === 'degraded');
  expect(sick.checks.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual(expect.arrayContaining(['control-plane degraded', 'scheduler healthy']));
  const node = await scheduler.node('heartbeats without a control plane', (seen) => seen.heartbeats >= before + 2);
  expect(node.last?.usage).toMatchObject({ cpuAllocatedMillicores: 1000, cpuUsedMillicores: 500 });
  expect(node.last?.workloadStatuses).toMatchObject([{ workloadId: 'web', state: 'Running' }]);
  await plane.restart();
  await plane.agent('heartbeats again', (agent) => agent.heartbeats > 0);
  expect(heartbeats).toBeGreaterThan(0);
});

test('it is not offered before its door is open, nor before the executor answers', async () => {
  const { scheduler, env, start, beat, bus } = await nodeSetup();
  const closed = await start({ ...env, SCHEDULER__AGENT_GRPC_ENDPOINT: '', AGENT_API__ENABLED: 'true', AGENT_API__BIND: '127.0.0.1', AGENT_API__PORT: '1' });
  await beat('a closed door', ({ message }) => message.includes('the agent API does not answer at 127.0.0.1:1'));
  await closed.stop();
  await bus.stop();
  expect(await scheduler.nodes()).toEqual([]);
});
