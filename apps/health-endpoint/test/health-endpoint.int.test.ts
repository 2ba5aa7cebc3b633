import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { freePort, spawnComponent, startBus, waitFor } from '@axion/testkit';
import type { ServerProcess, TestBus } from '@axion/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beatAs, configOf, startEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { readExposition } from './read-exposition.ts';

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('on a bus', () => {
  let bus: TestBus;
  let endpoint: Endpoint;
  let sampler: ServerProcess;

  const startSampler = async (): Promise<ServerProcess> => spawnComponent('telemetry-sampler', { env: configOf(bus) });
  const untilHealthy = async (): Promise<unknown> =>
    waitFor(async () => (await endpoint.health()).status === 'healthy', { what: 'the agent to be healthy', timeoutMs: 30_000, intervalMs: 100 });

  beforeAll(async () => {
    bus = await startBus();
    [endpoint, sampler] = await Promise.all([startEndpoint(bus), startSampler()]);
    await beatAs(await bus.connect('swarm-executor'));
    await beatAs(await bus.connect('control-link'));
  });

  afterAll(async () => {
    await sampler?.stop();
    await endpoint?.[Symbol.asyncDispose]();
    await bus?.[Symbol.asyncDispose]();
  });

  test('healthy and ready when every component that is switched on beats', async () => {
    await untilHealthy();
    expect((await endpoint.get('/health')).status).toBe(200);
    expect((await endpoint.get('/readyz')).status).toBe(200);
    const { components, uptime, version } = await waitFor(
      async () => {
        const health = await endpoint.health();
        return health.components['telemetry-sampler']?.response_time_ms === undefined ? undefined : health;
      },
      { what: 'the first round of checks' },
    );
    expect(Object.fromEntries(Object.entries(components).map(([name, { status }]) => [name, status]))).toEqual({
      bus: 'healthy',
      'swarm-executor': 'healthy',
      'workload-executor': 'disabled',
      'command-worker': 'disabled',
      'control-link': 'healthy',
      'telemetry-sampler': 'healthy',
      'local-gateway': 'disabled',
      'health-endpoint': 'healthy',
    });
    expect(components['telemetry-sampler']).toMatchObject({ message: 'ready', since: expect.stringMatching(/^\d{4}-/), instances: [{ pid: sampler.pid }] });
    expect(uptime).toBeGreaterThan(0);
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test.each([
    ['text/plain', false],
    [OPENMETRICS, true],
  ])('the metrics of everyone as %s', async (accept, openMetrics) => {
    const { text } = await endpoint.get('/metrics', accept);
    const families = new Map(readExposition(text, openMetrics).map((family) => [family.name, family]));
    expect(families.get('agent_uptime_seconds')?.samples.map(({ labels }) => labels['component'])).toEqual(['health-endpoint', 'control-link', 'swarm-executor', 'telemetry-sampler']);
    expect(families.get('agent_telemetry_collection_duration_seconds')).toMatchObject({ type: 'histogram' });
    expect(families.get('agent_bus_pending')?.samples.map(({ labels }) => labels['stream'])).toEqual(['COMMANDS', 'EVENTS', 'TELEMETRY']);
    expect(families.get('node_load1')?.samples).toEqual([{ name: 'node_load1', labels: {}, value: expect.any(Number) }]);
    expect(families.get(openMetrics ? 'node_cpu_seconds' : 'node_cpu_seconds_total')?.samples[0]?.labels).toEqual({ cpu: '0', mode: 'user' });
    expect(families.get('agent_health_status')?.samples[0]?.value).toBe(1);
  });

  test('the page for people shows each component and figures of the host', async () => {
    const { status, text } = await endpoint.get('/', 'text/html');
    expect(status).toBe(200);
    for (const shown of ['All is well', 'telemetry-sampler', 'Memory', 'Disk /', 'Load']) expect(text).toContain(shown);
  });

  test('a component that was killed makes the agent unhealthy, and it is healthy again with its next run', async () => {
    await untilHealthy();
    await sampler.kill();
    const ill = await waitFor(
      async () => {
        const health = await endpoint.health();
        return health.status === 'unhealthy' ? health : undefined;
      },
      { what: 'the silence to be noticed', timeoutMs: 30_000, intervalMs: 100 },
    );
    expect(ill.components['telemetry-sampler']).toMatchObject({ status: 'unhealthy', message: expect.stringMatching(/no beat for \d+ s|beats, but/), instances: [{ checks: [] }] });
    expect(ill.components['swarm-executor']).toMatchObject({ status: 'healthy' });
    expect((await endpoint.get('/health')).status).toBe(503);
    expect((await endpoint.get('/readyz')).text).toMatch(/^not ready: telemetry-sampler: /);
    expect((await endpoint.get('/livez')).status).toBe(200);
    expect((await endpoint.get('/metrics')).text).not.toMatch(/^node_load1/m);
    sampler = await startSampler();
    await untilHealthy();
    expect((await endpoint.get('/readyz')).status).toBe(200);
  });

  test('a component that hangs is noticed though its process is there', async () => {
    sampler.signal('SIGSTOP');
    try {
      await waitFor(async () => (await endpoint.health()).components['telemetry-sampler']?.status === 'unhealthy', { what: 'the hanging to be noticed', timeoutMs: 60_000, intervalMs: 100 });
      const { status, ms } = await endpoint.get('/metrics');
      expect(status).toBe(200);
      expect(ms).toBeLessThan(5_000);
    } finally {
      sampler.signal('SIGCONT');
    }
    await untilHealthy();
  });

  test('while the bus is away every answer comes in time and says so; afterwards all is well', async () => {
    await bus.kill();
    const away = await waitFor(
      async () => {
        const health = await endpoint.health();
        return health.components['bus']?.status === 'unhealthy' ? health : undefined;
      },
      { what: 'the bus to be missed' },
    );
    expect(away).toMatchObject({ status: 'unhealthy', ready: false, message: `the bus at ${bus.url} is away`, components: { 'swarm-executor': { status: 'unknown' }, 'command-worker': { status: 'disabled' } } });
    for (const [path, expected] of [['/health', 503], ['/readyz', 503], ['/livez', 200], ['/metrics', 200], ['/', 200]] as const) {
      const { status, ms } = await endpoint.get(path);
      expect([path, status]).toEqual([path, expected]);
      expect(ms).toBeLessThan(5_000);
    }
    const { text } = await endpoint.get('/metrics');
    expect(readExposition(text, false).find(({ name }) => name === 'agent_health_status')?.samples[0]?.value).toBe(0);
    await bus.restart();
    await untilHealthy();
  });
});

describe('alone', () => {
  test('without a bus or credentials it starts, answers, and says what is missing', async () => {
    await using endpoint = await startEndpoint({ url: `nats://127.0.0.1:${await freePort()}`, credentialsDir: '/nowhere' });
    expect((await endpoint.get('/livez')).status).toBe(200);
    const health = await waitFor(
      async () => {
        const now = await endpoint.health();
        return /credentials/.test(now.message) ? now : undefined;
      },
      { what: 'the missing credentials to be told' },
    );
    expect(health.status).toBe('unhealthy');
    expect((await endpoint.get('/health')).status).toBe(503);
    expect((await endpoint.process.stop()).code).toBe(0);
  });

  test('a port that is taken ends it with one clear error and exit code 1', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      const endpoint = await spawnComponent('health-endpoint', {
        ready: false,
        env: { ...configOf({ url: 'nats://127.0.0.1:1', credentialsDir: '/nowhere' }), AXION_AGENT__HEALTH__PORT: String(port) },
      });
      expect(await endpoint.exited).toEqual({ code: 1, signal: null });
      expect(endpoint.output).toContain(`another program listens on 127.0.0.1:${port}; stop it or set [health].port to a free port`);
    } finally {
      squatter.close();
    }
  });
});
