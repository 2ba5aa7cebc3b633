import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerEngine, freePort, startRegistry, tempDir, testImage, waitFor } from '@axion/testkit';
import { expect, test } from 'vitest';
import { sleeper, startRig } from './executor-rig.ts';

interface Inspected {
  readonly Path: string;
  readonly Args: readonly string[];
  readonly Config: { readonly Env: readonly string[]; readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: object;
  readonly Mounts: readonly { readonly Destination: string }[];
}

test('every field of a ContainerSpec comes to the engine', async () => {
  const engine = await dockerEngine();
  await using rig = await startRig(engine);
  await using folder = await tempDir('fields');
  await mkdir(join(folder.path, 'shown'));
  const id = rig.id('fields');
  const [port, udp] = [await freePort(), await freePort()];
  const [command, ...args] = sleeper;
  const applied = await rig.apply(id, 'r1', {
    command: [command],
    args,
    env: { GREETING: 'hello=there', EMPTY: '' },
    volumes: [{ hostPath: join(folder.path, 'shown'), containerPath: '/shown', readOnly: true }],
    ports: [{ hostPort: port, containerPort: 80 }, { hostPort: udp, containerPort: 53, protocol: 'udp' }, { hostPort: 0, containerPort: 81 }],
    resources: { cpuShares: '512', memoryBytes: String(64 << 20), memorySwapBytes: String(128 << 20) },
    restartPolicy: { policy: 'on-failure', maxRetryCount: 4 },
    labels: { team: 'web' },
    managedVolumes: [{ name: 'data', mountPath: '/data', readOnly: true }],
  });
  expect(applied).toMatchObject({ applied: true, status: { metadata: { 'container.state': 'running' } } });
  const found = (await engine.call('GET', `/containers/${id}/json`)) as Inspected;
  expect([found.Path, ...found.Args]).toEqual(sleeper);
  expect(found.Config.Env).toEqual(expect.arrayContaining(['GREETING=hello=there', 'EMPTY=']));
  expect(found.Config.Labels).toMatchObject({ team: 'web', 'dev.axion.workload': id, 'dev.axion.revision': 'r1' });
  expect(found.HostConfig).toMatchObject({
    CpuShares: 512,
    Memory: 64 << 20,
    MemorySwap: 128 << 20,
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 },
    PortBindings: { '80/tcp': [{ HostPort: String(port) }], '53/udp': [{ HostPort: String(udp) }], '81/tcp': [{}] },
  });
  expect(found.Mounts.find(({ Destination }) => Destination === '/shown')).toMatchObject({ Type: 'bind', RW: false });
  expect(found.Mounts.find(({ Destination }) => Destination === '/data')).toMatchObject({ Type: 'volume', Name: `${id}_data`, RW: false });
});

test('where the server of an NFS volume is away, that is told before anything changes, and what ran runs on', async () => {
  const engine = await dockerEngine();
  await using rig = await startRig(engine);
  const id = rig.id('nfs');
  await rig.apply(id, 'r1');
  const [before] = await rig.rows(id);
  // Nobody listens there.
  const managedVolumes = [{ name: 'shared', driver: 'nfs', fsType: 'nfs://127.0.0.1:9/export', mountPath: '/shared' }];
  const failed = await rig.send(id, 'r2', { managedVolumes });
  expect(failed.applied).not.toBe(true);
  const status = await waitFor(async () => {
    const now = await rig.status(id);
    return now.metadata?.['failure_reason'] !== undefined && now;
  }, { what: 'the failure', timeoutMs: 60_000 });
  expect(status).toMatchObject({ revisionId: 'r1', actualState: 'ACTUAL_STATE_RUNNING', metadata: { failure_reason: 'STORAGE_ERROR', retry_terminal: 'false' } });
  expect(status.metadata?.['last_error']).toContain('the NFS server 127.0.0.1 cannot be reached at port 9: it refuses connections');
  expect(await rig.rows(id)).toMatchObject([{ Id: before?.Id, State: 'running' }]);
});

test('an image is pulled with the login of its registry; a wrong one is told without being shown', async () => {
  const engine = await dockerEngine();
  const login = { username: 'agent', password: 'right-password' };
  await using registry = await startRegistry({ auth: login });
  await using image = await testImage({ engine, registry: registry.address, login });
  await using folder = await tempDir('logins');
  const write = async (password: string): Promise<void> =>
    writeFile(join(folder.path, 'config.json'), JSON.stringify({ auths: { [registry.address]: { auth: Buffer.from(`${login.username}:${password}`).toString('base64') } } }));
  await write('wrong-password');
  await using rig = await startRig(engine, { DOCKER_CONFIG: folder.path });
  const id = rig.id('private');
  const refused = await rig.apply(id, 'r1', { image: image.ref });
  expect(refused.status).toMatchObject({ actualState: 'ACTUAL_STATE_FAILED', metadata: { failure_reason: 'IMAGE_PULL_FAILED' } });
  expect(JSON.stringify(refused)).not.toMatch(/wrong-password|d3Jvbmct/);
  // Logins are read at each pull.
  await write(login.password);
  expect(await rig.apply(id, 'r2', { image: image.ref })).toMatchObject({ applied: true, status: { actualState: 'ACTUAL_STATE_RUNNING' } });
  expect(await rig.ask('delete', { id })).toMatchObject({ success: true });
  expect(rig.executor.output).not.toMatch(/wrong-password|right-password/);
});

test('where a scheduler alone brings back, the same apply starts what was stopped by hand', async () => {
  const engine = await dockerEngine();
  await using rig = await startRig(engine, { AXION_AGENT__WORKLOADS__RECONCILE_ENABLED: 'false' });
  const id = rig.id('by-hand');
  await rig.apply(id, 'r1');
  expect(await rig.send(id, 'r1')).toMatchObject({ skipped: true });
  // Nobody asks how it is in between: what the executor saw last is that it runs.
  await engine.call('POST', `/containers/${id}/kill`);
  await waitFor(async () => (await rig.rows(id))[0]?.State === 'exited', { what: 'its end' });
  const answer = await rig.send(id, 'r1');
  expect(answer).toMatchObject({ applied: true, message: expect.stringContaining('it is brought back') as string });
  expect(answer.skipped).not.toBe(true);
  await waitFor(async () => (await rig.status(id)).actualState === 'ACTUAL_STATE_RUNNING', { what: 'a start', timeoutMs: 20_000 });
  expect(await rig.send(id, 'r1')).toMatchObject({ skipped: true });
});
