import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@axion/core';
import { RegisterAgentRequest } from '@axion/contracts/proto/axion/runner/registration';
import { RunnerAgentServiceDefinition } from '@axion/contracts/proto/axion/runner/runner_agent_service';
import { agentMetadata, openChannel, parseServerUrl, unaryClient } from '@axion/grpc-kit';
import { ServerProcess, tempDir } from '@axion/testkit';
import { expect, onTestFinished, test } from 'vitest';

const TOKEN = 'good-token';

const start = async () => {
  const folder = await tempDir('control-plane');
  onTestFinished(() => folder.remove());
  writeFileSync(join(folder.path, 'token'), `${TOKEN}\n`, { mode: 0o600 });
  const main = join(import.meta.dirname, '../src/main.ts');
  const server = await ServerProcess.start({
    name: 'control-plane',
    command: process.execPath,
    args: [main, '--token-file', join(folder.path, 'token'), '--latest-version', '2.0.0'],
    ready: /grpc_port/,
  });
  onTestFinished(async () => void (await server.stop()));
  const { grpc_port: port, agents_url: url } = JSON.parse(await server.line(/grpc_port/)) as { grpc_port: number; agents_url: string };
  const channel = openChannel({ address: parseServerUrl(`http://127.0.0.1:${port}`), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [] } });
  onTestFinished(() => channel.close());
  const client = (token: string) =>
    unaryClient(RunnerAgentServiceDefinition, channel, { timeoutMs: 5000, metadata: () => agentMetadata({ token: new Secret(token), version: '1' }) });
  return { server, client, agents: async () => ((await (await fetch(url)).json()) as { agents: unknown[] }).agents };
};

test('a server enrols once, however often it asks; strangers are told apart', async () => {
  const { server, client, agents } = await start();
  const good = client(TOKEN);
  const enrol = (serverId: string, agentToken = TOKEN) => good.registerAgent(RegisterAgentRequest.fromPartial({ serverId, agentToken }));
  const idOf = async (serverId: string) => {
    const { result } = await enrol(serverId);
    return result?.$case === 'data' ? result.data.agentId : '';
  };
  const id = await idOf('host-1');
  expect(id).not.toBe('');
  expect(await idOf('host-1')).toBe(id);
  expect(await idOf('host-2')).not.toBe(id);
  await expect(enrol('host-3', 'bad-token')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(enrol('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

  const health = { connected: true, cpuUsage: 12.5, memoryUsage: 2 ** 40, diskUsage: 3, activeContainers: 4, lastHeartbeat: 0 };
  await good.heartbeat({ agentId: id, serverId: 'host-1', health });
  await expect(good.heartbeat({ agentId: 'nobody', serverId: '', health })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(client('bad-token').heartbeat({ agentId: id, serverId: '', health })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const update = await good.checkUpdate({ agentId: id, currentVersion: '1.0.0', updateChannel: 1 });
  expect(update.result).toMatchObject({ data: { updateAvailable: true, updateInfo: { version: '2.0.0' } } });

  expect(await agents()).toMatchObject([{ agent_id: id, registrations: 2, heartbeats: 1, health }, { server_id: 'host-2', heartbeats: 0 }]);
  expect((await server.stop()).code).toBe(0);
  expect(server.output).not.toContain(TOKEN);
});

test('without a token file it says how to start it', async () => {
  const server = await ServerProcess.start({ name: 'control-plane', command: process.execPath, args: [join(import.meta.dirname, '../src/main.ts')] });
  expect((await server.exited).code).toBe(2);
  expect(server.output).toContain('--token-file');
});
