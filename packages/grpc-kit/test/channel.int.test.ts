import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeartbeatRequest, HeartbeatResponse } from '@axion/contracts/proto/axion/runner/heartbeat';
import { RunnerAgentServiceDefinition } from '@axion/contracts/proto/axion/runner/runner_agent_service';
import { testAuthority } from '@axion/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openChannel, parseProxy, parseServerUrl, serve, startServer, unaryClient, type ClientTls, type RunningServer } from '../src/index.ts';
import { connectProxy, tlsFront, type Front } from './fronts.ts';

const authority = testAuthority();
const stranger = testAuthority('Somebody else');
const certificate = authority.issue({ name: 'localhost' });
const elsewhere = authority.issue({ name: 'elsewhere.example', hosts: ['elsewhere.example'] });
const own = stranger.issue({ name: 'agent' });
const fingerprint = ({ cert }: { readonly cert: string }): string => new X509Certificate(cert).fingerprint256;
let backend: RunningServer;
let folder: string;
const fronts: Front[] = [];

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'axion-grpc-'));
  backend = await startServer({
    host: '127.0.0.1',
    port: 0,
    services: [serve(RunnerAgentServiceDefinition, { heartbeat: () => HeartbeatResponse.fromPartial({}) })],
    onDefect: () => {},
  });
});
afterEach(() => {
  for (const front of fronts.splice(0)) front.close();
});
afterAll(async () => {
  await backend.close(0);
  rmSync(folder, { recursive: true, force: true });
});

const front = async (opening: Promise<Front>): Promise<Front> => {
  const opened = await opening;
  fronts.push(opened);
  return opened;
};

const trusting = (ca: string, rest: Partial<ClientTls> = {}): ClientTls => ({
  verify: true,
  minVersion: '1.2',
  pinnedCertSha256: [],
  caLocation: file('ca.pem', ca),
  ...rest,
});

const call = async (url: string, tls: ClientTls, proxy?: string): Promise<string> => {
  const address = parseServerUrl(url);
  const channel = openChannel({ address, tls, proxy: proxy === undefined ? undefined : parseProxy(proxy) });
  try {
    const client = unaryClient(RunnerAgentServiceDefinition, channel, { timeoutMs: 5000, metadata: () => ({}) });
    await client.heartbeat(HeartbeatRequest.fromPartial({}));
    return 'answered';
  } catch (error) {
    return (error as Error).message;
  } finally {
    channel.close();
  }
};

test('a server is trusted by its authority and its name', async () => {
  const { port } = await front(tlsFront(backend.port, certificate));
  expect(await call(`https://localhost:${port}`, trusting(authority.ca))).toBe('answered');
  expect(await call(`https://localhost:${port}`, trusting(stranger.ca))).toMatch(/certificate/);
  expect(await call(`https://localhost:${port}`, { verify: true, minVersion: '1.2', pinnedCertSha256: [] })).toMatch(/certificate/);
  const misnamed = await front(tlsFront(backend.port, elsewhere));
  expect(await call(`https://localhost:${misnamed.port}`, trusting(authority.ca))).toMatch(/altnames/);
});

test('a server named by its address is looked for in the certificate by that', async () => {
  const { port } = await front(tlsFront(backend.port, certificate));
  expect(await call(`https://127.0.0.1:${port}`, trusting(authority.ca))).toBe('answered');
  expect(await call(`https://127.0.0.1:${port}`, trusting(authority.ca, { pinnedCertSha256: [fingerprint(certificate)] }))).toBe('answered');
  const misnamed = await front(tlsFront(backend.port, elsewhere));
  expect(await call(`https://127.0.0.1:${misnamed.port}`, trusting(authority.ca))).toMatch(/IP: 127\.0\.0\.1 is not in the cert/);
});

test('tls_verify=false trusts anybody', async () => {
  const { port } = await front(tlsFront(backend.port, elsewhere));
  expect(await call(`https://localhost:${port}`, { verify: false, minVersion: '1.2', pinnedCertSha256: [] })).toBe('answered');
});

test('a pinned server is reached, another one with a valid certificate is not', async () => {
  const { port } = await front(tlsFront(backend.port, certificate));
  expect(await call(`https://localhost:${port}`, trusting(authority.ca, { pinnedCertSha256: [fingerprint(own), fingerprint(certificate).replaceAll(':', '').toLowerCase()] }))).toBe('answered');
  expect(await call(`https://localhost:${port}`, trusting(authority.ca, { pinnedCertSha256: [fingerprint(own)] }))).toMatch(/not pinned/);
});

test('an older TLS than min_tls_version is refused', async () => {
  const { port, seen } = await front(tlsFront(backend.port, certificate, { maxVersion: 'TLSv1.2' }));
  expect(await call(`https://localhost:${port}`, trusting(authority.ca))).toBe('answered');
  expect(await call(`https://localhost:${port}`, trusting(authority.ca, { minVersion: '1.3' }))).toMatch(/version/);
  expect(seen).toEqual(['TLSv1.2']);
});

test('a client certificate is shown where the server asks for one', async () => {
  const { port } = await front(tlsFront(backend.port, certificate, { clientCa: stranger.ca }));
  const files = { certLocation: file('own.pem', own.cert), keyLocation: file('own.key', own.key) };
  expect(await call(`https://localhost:${port}`, trusting(authority.ca, files))).toBe('answered');
  expect(await call(`https://localhost:${port}`, trusting(authority.ca))).not.toBe('answered');
});

test('a proxy is asked for a tunnel, with its password, and TLS is checked against the server behind it', async () => {
  const { port } = await front(tlsFront(backend.port, certificate));
  const proxy = await front(connectProxy());
  const via = `http://me:word@127.0.0.1:${proxy.port}`;
  expect(await call(`https://localhost:${port}`, trusting(authority.ca), via)).toBe('answered');
  expect(proxy.seen).toEqual([`localhost:${port} Basic ${Buffer.from('me:word').toString('base64')}`]);
  const misnamed = await front(tlsFront(backend.port, elsewhere));
  expect(await call(`https://localhost:${misnamed.port}`, trusting(authority.ca), via)).toMatch(/altnames/);
});

test.each([
  ['a pin without verification', { verify: false, pinnedCertSha256: ['00'] }, 'pinned_cert_sha256'],
  ['a certificate without its key', { certLocation: '/x.pem' }, 'belong together'],
  ['a file that is not there', { caLocation: '/nowhere/ca.pem' }, '/nowhere/ca.pem'],
])('%s is refused before anything is sent', (_, settings, text) => {
  const tls = { verify: true, minVersion: '1.2', pinnedCertSha256: [], ...settings } as const;
  expect(() => openChannel({ address: parseServerUrl('https://localhost:1'), tls })).toThrow(
    expect.objectContaining({ code: 'FAILED_PRECONDITION', message: expect.stringContaining(text) }),
  );
});
