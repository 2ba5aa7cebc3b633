import { describe, expect, test } from 'vitest';
import type { AgentHealth } from '../mapping/agent-health.ts';
import { gaugeFamily } from '../mapping/metric-family.ts';
import { createApp } from './app.ts';

const HEALTHY: AgentHealth = { status: 'healthy', message: 'fine', version: '1', uptime: 1, ready: true, components: {} };

const appWith = (health: Partial<AgentHealth> = {}) =>
  createApp({
    health: () => ({ ...HEALTHY, ...health }),
    families: async () => [gaugeFamily('x', 'X.', [{ value: 1 }])],
    page: { policy: "default-src 'none'", render: async () => '<!doctype html><title>t</title>' },
  });

describe('status codes', () => {
  test.each([
    ['/health', { status: 'healthy' }, 200],
    ['/health', { status: 'degraded' }, 200],
    ['/health', { status: 'unhealthy' }, 503],
    ['/livez', { status: 'unhealthy', ready: false }, 200],
    ['/readyz', { status: 'degraded', ready: true }, 200],
    ['/readyz', { status: 'degraded', ready: false }, 503],
    ['/metrics', { status: 'unhealthy' }, 200],
    ['/', { status: 'unhealthy' }, 200],
    ['/nothing', {}, 404],
  ] as const)('GET %s with %j', async (path, health, expected) => {
    const answer = await appWith(health).request(path);
    expect(answer.status).toBe(expected);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each(['/', '/health', '/livez', '/readyz', '/metrics'])('POST %s is refused with what is allowed', async (path) => {
    const answer = await appWith().request(path, { method: 'POST' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  test.each(['/', '/health', '/livez', '/readyz', '/metrics'])('HEAD %s has the header of GET and no body', async (path) => {
    const [head, get] = await Promise.all([appWith().request(path, { method: 'HEAD' }), appWith().request(path)]);
    expect([head.status, head.headers.get('content-type')]).toEqual([get.status, get.headers.get('content-type')]);
    expect(await head.text()).toBe('');
  });
});

test('a component that its operator has taken out is not waited for', async () => {
  const app = appWith({ ready: false, components: { 'telemetry-sampler': { status: 'unhealthy', message: 'no beat' }, bus: { status: 'healthy', message: 'connected' } } });
  const statuses = await Promise.all(['telemetry-sampler', 'bus', 'bus&exclude=telemetry-sampler'].map(async (names) => (await app.request(`/readyz?exclude=${names}`)).status));
  expect(statuses).toEqual([200, 503, 200]);
});

test.each([
  ['/metrics', undefined, 'text/plain; version=0.0.4; charset=utf-8'],
  ['/metrics', 'application/openmetrics-text;version=1.0.0', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
  ['/', 'text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=UTF-8'],
  ['/', undefined, 'text/html; charset=UTF-8'],
  ['/', 'application/json', 'application/json; charset=utf-8'],
  ['/health', 'text/html', 'application/json; charset=utf-8'],
])('%s for Accept %s is %s', async (path, accept, expected) => {
  const answer = await appWith().request(path, accept === undefined ? {} : { headers: { accept } });
  expect(answer.headers.get('content-type')).toBe(expected);
});
