import { inspect } from 'node:util';
import { AxionError, Secret } from '@axion/core';
import { HeartbeatRequest, HeartbeatResponse } from '@axion/contracts/proto/axion/runner/heartbeat';
import { RunnerAgentServiceDefinition } from '@axion/contracts/proto/axion/runner/runner_agent_service';
import { afterEach, expect, test } from 'vitest';
import {
  agentMetadata,
  openChannel,
  parseServerUrl,
  serve,
  startServer,
  unaryClient,
  type CallContext,
  type CallRecord,
  type ClientTls,
} from '../src/index.ts';

type Heartbeat = (request: HeartbeatRequest, call: CallContext) => Promise<HeartbeatResponse> | HeartbeatResponse;

const TOKEN = 'tok-very-secret';
const tls: ClientTls = { verify: true, minVersion: '1.2', pinnedCertSha256: [] };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const pair = async (heartbeat: Heartbeat, timeoutMs = 5000, token = TOKEN) => {
  const defects: unknown[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    services: [serve(RunnerAgentServiceDefinition, { heartbeat })],
    onDefect: (_, thrown) => defects.push(thrown),
  });
  closers.push(() => server.close(0));
  const channel = openChannel({ address: parseServerUrl(`http://127.0.0.1:${server.port}`), tls });
  closers.push(() => channel.close());
  const calls: CallRecord[] = [];
  const client = unaryClient(RunnerAgentServiceDefinition, channel, {
    timeoutMs,
    metadata: () => agentMetadata({ token: new Secret(token), id: 'a-1', version: '9.9' }),
    onCall: (call) => calls.push(call),
  });
  return { client, channel, server, calls, defects };
};

const beat = HeartbeatRequest.fromPartial({ agentId: 'a-1' });

test('a call carries its request, its metadata and its answer', async () => {
  const { client, channel, calls } = await pair((request, call) =>
    HeartbeatResponse.fromPartial({
      result: {
        $case: 'error',
        error: { code: request.agentId, message: ['authorization', 'x-agent-id', 'x-agent-version'].map((key) => call.metadata(key)).join(' ') },
      },
    }),
  );
  expect(channel.connected).toBe(false);
  const answer = await client.heartbeat(beat);
  expect(answer.result).toMatchObject({ error: { code: 'a-1', message: `Bearer ${TOKEN} a-1 9.9` } });
  expect(channel.connected).toBe(true);
  expect(calls).toMatchObject([{ method: 'Heartbeat', code: 'OK' }]);
});

test('an error keeps its code and reason, and never the token that the server quotes', async () => {
  const { client, calls } = await pair((_, call) => {
    throw new AxionError('UNAUTHENTICATED', `unknown: ${call.metadata('authorization')}`, { reason: 'UNKNOWN_TOKEN' });
  });
  const error: unknown = await client.heartbeat(beat).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'UNKNOWN_TOKEN', retryable: false });
  expect((error as Error).cause).toBeUndefined();
  expect((error as Error).message).toContain('[redacted]');
  expect(`${(error as Error).message}${(error as Error).stack}${JSON.stringify(error)}`).not.toContain(TOKEN);
  expect(calls).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
});

test('a defect of a handler is told to the server only', async () => {
  const { client, defects } = await pair(() => {
    throw new TypeError('inner workings');
  });
  await expect(client.heartbeat(beat)).rejects.toMatchObject({ code: 'INTERNAL', message: expect.not.stringContaining('inner') });
  expect(defects).toHaveLength(1);
});

test('a method without a handler is UNIMPLEMENTED', async () => {
  const { client } = await pair(() => HeartbeatResponse.fromPartial({}));
  await expect(client.stopProject({ agentId: '', projectId: '' })).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
});

test('a deadline ends the call at both ends', async () => {
  const aborted = Promise.withResolvers<void>();
  let calls = 0;
  const { client } = await pair((_, call) => {
    if ((calls += 1) === 1) return HeartbeatResponse.fromPartial({});
    call.signal.addEventListener('abort', () => aborted.resolve());
    return new Promise(() => {});
  });
  // A deadline that passes while the connection is still made never reaches the server.
  await client.heartbeat(beat);
  await expect(client.heartbeat(beat, { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true });
  await aborted.promise;
});

test('an abort ends the call with its reason', async () => {
  const arrived = Promise.withResolvers<void>();
  const { client } = await pair(() => (arrived.resolve(), new Promise(() => {})));
  const stop = new AbortController();
  const call = client.heartbeat(beat, {}, stop.signal);
  await arrived.promise;
  stop.abort(new Error('stopping'));
  await expect(call).rejects.toThrow('stopping');
  await expect(client.heartbeat(beat, {}, stop.signal)).rejects.toThrow('stopping');
});

test('a server that is not there is UNAVAILABLE, and a server that comes back is found again', async () => {
  const { client, server } = await pair(() => HeartbeatResponse.fromPartial({}));
  await client.heartbeat(beat);
  await server.close(0);
  await expect(client.heartbeat(beat)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  const again = await startServer({
    host: '127.0.0.1',
    port: server.port,
    services: [serve(RunnerAgentServiceDefinition, { heartbeat: () => HeartbeatResponse.fromPartial({}) })],
    onDefect: () => {},
  });
  closers.push(() => again.close(0));
  await expect.poll(() => client.heartbeat(beat).then(() => 'answered', () => 'not yet'), { timeout: 10_000, interval: 100 }).toBe('answered');
});

test('closing a server lets calls under way finish', async () => {
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const { client, server } = await pair(async () => {
    arrived.resolve();
    await go.promise;
    return HeartbeatResponse.fromPartial({});
  });
  const call = client.heartbeat(beat);
  await arrived.promise;
  const closed = server.close(5000);
  go.resolve();
  await expect(call).resolves.toBeDefined();
  await closed;
});

test('a server without TLS listens on this machine only', async () => {
  await expect(startServer({ host: '0.0.0.0', port: 0, services: [], onDefect: () => {} })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
});

test('a token that no header can carry fails the call alone, and is not quoted', async () => {
  const { client } = await pair(() => HeartbeatResponse.fromPartial({}), 5000, `${TOKEN}\nmore`);
  const refused: unknown = await client.heartbeat(beat).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'INVALID_HEADER' });
  expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain(TOKEN);
});
