import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import { AgentServiceDefinition, ApplyWorkloadRequest, ListWorkloadsRequest } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { AxionError } from '@axion/core';
import { openChannel, parseServerUrl, unaryClient, type ClientTls } from '@axion/grpc-kit';
import { freePort, spawnComponent, startBus, testAuthority } from '@axion/testkit';
import type { ServerProcess, TestBus } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const authority = testAuthority();
const stranger = testAuthority('Somebody else');
const closers: (() => unknown)[] = [];
let folder: string;
let bus: TestBus;
let gateway: ServerProcess;
/** Answers `apply`, `list`, `delete` and `status` in the executor's place. */
let executor: Bus;
let answer: (body: unknown) => Promise<unknown>;
let localPort: number;
let agentPort: number;

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const client = (url: string, tls: Partial<ClientTls> = {}) => {
  const channel = openChannel({ address: parseServerUrl(url), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [], ...tls } });
  closers.push(() => channel.close());
  return unaryClient(AgentServiceDefinition, channel, { timeoutMs: 5000, metadata: () => ({}) });
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'axion-gateway-'));
  bus = await startBus();
  executor = await bus.connect('workload-executor');
  for (const verb of ['apply', 'list', 'delete', 'status']) executor.actions.serve('workload', verb, (body) => answer(body));
  // A round trip: the subscriptions are in place.
  await executor.bucket('workloads').keys();
  [localPort, agentPort] = [await freePort(), await freePort()];
  const server = authority.issue({ name: 'localhost' });
  gateway = await spawnComponent('local-gateway', {
    env: {
      AXION_AGENT__BUS__URL: bus.url,
      AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
      AXION_AGENT__LOCAL__ENABLED: 'true',
      AXION_AGENT__LOCAL__GRPC_LOCAL_PORT: String(localPort),
      AXION_AGENT__AGENT_API__ENABLED: 'true',
      AXION_AGENT__AGENT_API__PORT: String(agentPort),
      AXION_AGENT__AGENT_API__TLS_CERT_LOCATION: file('server.pem', server.cert),
      AXION_AGENT__AGENT_API__TLS_KEY_LOCATION: file('server.key', server.key),
      AXION_AGENT__AGENT_API__TLS_CA_LOCATION: file('ca.pem', authority.ca),
    },
  });
});
afterAll(async () => {
  for (const close of closers) close();
  await gateway.stop();
  await bus[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a call is the action of the same name, there and back', async () => {
  const seen: unknown[] = [];
  answer = async (body) => {
    seen.push(body);
    return { applied: true, message: 'applied', status: { id: 'web', actualState: 'ACTUAL_STATE_RUNNING', createdAt: 1700000000, metadata: { task_id: 't-1' }, usage: { cpuPercent: 1.5 } } };
  };
  const request = ApplyWorkloadRequest.fromJSON({ id: 'web', type: 1, revision_id: 'r1', desired_state: 1, spec: { container: { image: 'nginx', env: { A: '1' }, ports: [{ host_port: 80, container_port: 8080 }] } } });
  const answered = await client(`http://127.0.0.1:${localPort}`).applyWorkload(request);
  expect(answered).toMatchObject({ applied: true, status: { id: 'web', actualState: ActualState.RUNNING, createdAt: 1700000000, metadata: { task_id: 't-1' }, usage: { cpuPercent: 1.5 } } });
  expect(ApplyWorkloadRequest.fromJSON(seen[0])).toEqual(request);
});

test.each(['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'RESOURCE_EXHAUSTED'] as const)('%s stays what it is', async (code) => {
  answer = async () => {
    throw new AxionError(code, 'spec.container.image is empty', { reason: 'WHY' });
  };
  await expect(client(`http://127.0.0.1:${localPort}`).listWorkloads(ListWorkloadsRequest.fromPartial({}))).rejects.toMatchObject({ code, reason: 'WHY', message: expect.stringContaining('spec.container.image') as string });
});

test('a number that no field can hold is the caller\'s fault', async () => {
  answer = async () => ({ applied: true });
  const channel = openChannel({ address: parseServerUrl(`http://127.0.0.1:${localPort}`), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [] } });
  closers.push(() => channel.close());
  const bytes = Buffer.from(ApplyWorkloadRequest.encode(ApplyWorkloadRequest.fromJSON({ id: 'web', spec: { container: { resources: { memory_bytes: Number.MAX_SAFE_INTEGER } } } })).finish());
  // 2^56 - 1 instead, which only other languages can send.
  bytes[bytes.indexOf(Buffer.from([0xff, 0x0f])) + 1] = 0x7f;
  const encode = (): { finish(): Uint8Array } => ({ finish: () => bytes });
  const { applyWorkload } = AgentServiceDefinition.methods;
  const definition = { ...AgentServiceDefinition, methods: { applyWorkload: { ...applyWorkload, requestType: { ...applyWorkload.requestType, encode } } } };
  const agent = unaryClient(definition as unknown as typeof AgentServiceDefinition, channel, { timeoutMs: 5000, metadata: () => ({}) });
  await expect(agent.applyWorkload(ApplyWorkloadRequest.fromPartial({}))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('MAX_SAFE_INTEGER') as string });
});

test('a deletion that failed is an error to a scheduler, which reads nothing else', async () => {
  answer = async () => ({ success: false, message: 'web is not deleted: network a1 not found' });
  await expect(client(`http://127.0.0.1:${localPort}`).deleteWorkload({ id: 'web' })).rejects.toMatchObject({ code: 'ABORTED', message: expect.stringContaining('network a1 missing') as string });
});

test('a status is waited for while the executor starts again: a scheduler would place the workload elsewhere', async () => {
  let asked = 0;
  answer = async () => {
    asked += 1;
    if (asked === 1) throw new AxionError('UNAVAILABLE', 'the workload executor is stopping');
    return { status: { id: 'web', actualState: 'ACTUAL_STATE_RUNNING' } };
  };
  expect(await client(`http://127.0.0.1:${localPort}`).getWorkloadStatus({ id: 'web' })).toMatchObject({ status: { id: 'web', actualState: ActualState.RUNNING } });
  expect(asked).toBe(2);
});

test('an apply whose executor ended under it is asked again', async () => {
  let asked = 0;
  answer = async () => ((asked += 1) === 1 ? new Promise(() => undefined) : { applied: true, skipped: true, message: 'already at this revision and state' });
  // It was started after the first was asked.
  const serving = executor.actions.serve('workload', 'serving', async () => ({ serving_ms: 1 }));
  await executor.bucket('workloads').keys();
  expect(await client(`http://127.0.0.1:${localPort}`).applyWorkload(ApplyWorkloadRequest.fromPartial({ id: 'web' }))).toMatchObject({ applied: true, skipped: true });
  expect(asked).toBe(2);
  serving.stop();
});

test('without an executor the answer is UNAVAILABLE, at once', async () => {
  await expect(client(`http://127.0.0.1:${localPort}`).healthCheck({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('the agent API takes callers with a certificate of its authority, and nobody else', async () => {
  answer = async () => ({ workloads: [{ id: 'web' }] });
  const url = `https://localhost:${agentPort}`;
  const caLocation = file('trust.pem', authority.ca);
  const certified = (of: typeof authority, name: string): Partial<ClientTls> => {
    const own = of.issue({ name });
    return { caLocation, certLocation: file(`${name}.pem`, own.cert), keyLocation: file(`${name}.key`, own.key) };
  };
  expect(await client(url, certified(authority, 'scheduler')).listWorkloads({ type: 0 })).toMatchObject({ workloads: [{ id: 'web' }] });
  await expect(client(url, { caLocation }).listWorkloads({ type: 0 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(client(url, certified(stranger, 'stranger')).listWorkloads({ type: 0 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('the agent API without certificates does not start', async () => {
  const refused = await spawnComponent('local-gateway', { ready: false, env: { AXION_AGENT__BUS__URL: bus.url, AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir, AXION_AGENT__AGENT_API__ENABLED: 'true' } });
  expect(await refused.exited).toMatchObject({ code: 78 });
  expect(refused.output).toContain('agent_api.tls_cert_location is not set');
});
