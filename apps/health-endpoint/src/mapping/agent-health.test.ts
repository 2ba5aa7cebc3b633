import type { HealthBeat } from '@axion/contracts';
import { describe, expect, test } from 'vitest';
import { agentHealth } from './agent-health.ts';
import type { HeardBeat, Observation } from './agent-health.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

const heard = (component: string, over: Partial<HealthBeat> = {}, rest: Partial<HeardBeat> = {}): HeardBeat => ({
  beat: {
    component,
    instance: '1',
    version: '1.0.0',
    pid: 7,
    lifecycle: 'ready',
    status: 'healthy',
    message: 'ready',
    since: '2026-01-02T03:00:00.000Z',
    started_at: '2026-01-02T03:00:00.000Z',
    checks: [],
    ...over,
  },
  age: 1_000,
  unanswered: 0,
  ...rest,
});

const read = (over: Partial<Observation>) =>
  agentHealth({
    version: '1.0.0',
    now: NOW,
    listeningFor: 60_000,
    bus: { connected: true, message: 'connected', since: NOW - 60_000 },
    expected: [{ name: 'a', enabled: true }],
    heard: [],
    failureThreshold: 3,
    ...over,
  });

test('all is well', () => {
  expect(read({ heard: [heard('a', {}, { responseTime: 1.26 })] })).toEqual({
    status: 'healthy',
    message: 'every component is healthy',
    version: '1.0.0',
    uptime: 245,
    ready: true,
    components: {
      bus: { status: 'healthy', message: 'connected', since: '2026-01-02T03:03:05.000Z' },
      a: {
        status: 'healthy',
        message: 'ready',
        since: '2026-01-02T03:00:00.000Z',
        response_time_ms: 1.3,
        instances: [
          {
            instance: '1',
            status: 'healthy',
            message: 'ready',
            since: '2026-01-02T03:00:00.000Z',
            lifecycle: 'ready',
            version: '1.0.0',
            pid: 7,
            started_at: '2026-01-02T03:00:00.000Z',
            response_time_ms: 1.3,
            checks: [],
          },
        ],
      },
    },
  });
});

describe('one component', () => {
  test.each([
    ['beats in time', [heard('a', {}, { age: 15_000 })], 'healthy', 'ready', true],
    ['is silent for too long', [heard('a', {}, { age: 15_001 })], 'unhealthy', 'no beat for 15 s', false],
    ['says it is degraded', [heard('a', { status: 'degraded', message: 'kafka: slow' })], 'degraded', 'kafka: slow', true],
    ['says it is unhealthy', [heard('a', { status: 'unhealthy', message: 'docker: gone' })], 'unhealthy', 'docker: gone', false],
    ['starts', [heard('a', { lifecycle: 'starting', message: 'starting' })], 'degraded', 'starting', false],
    ['drains', [heard('a', { lifecycle: 'draining', message: 'draining' })], 'degraded', 'draining', false],
    ['said goodbye', [heard('a', { lifecycle: 'stopped', message: 'stopped' })], 'unhealthy', 'stopped: stopped', false],
    ['failed', [heard('a', { lifecycle: 'failed', message: 'port taken' })], 'unhealthy', 'failed: port taken', false],
    ['left two checks unanswered', [heard('a', {}, { unanswered: 2 })], 'healthy', 'ready', true],
    ['left three checks unanswered', [heard('a', {}, { unanswered: 3 })], 'unhealthy', 'beats, but left 3 checks in a row without an answer', false],
    ['was never heard', [], 'unhealthy', 'no beat for 60 s, and none before', false],
    ['lost one of two instances', [heard('a'), heard('a', { instance: '2' }, { age: 20_000 })], 'degraded', 'instance 2 of 2: no beat for 20 s', true],
    ['lost both instances', [heard('a', {}, { age: 30_000 }), heard('a', { instance: '2' }, { age: 20_000 })], 'unhealthy', 'instance 1 of 2: no beat for 30 s', false],
  ])('%s', (_what, beats, status, message, ready) => {
    const health = read({ heard: beats });
    expect(health.components['a']).toMatchObject({ status, message });
    expect(health.status).toBe(status);
    expect(health.ready).toBe(ready);
  });

  test('that fell silent is not shown with what it said before', () => {
    const checks = [{ name: 'docker', status: 'healthy', message: 'ok', since: '2026-01-02T03:00:00.000Z' }] as const;
    const instance = (age: number) => read({ heard: [heard('a', { checks }, { age, responseTime: 2 })] }).components['a']?.instances?.[0];
    expect(instance(15_000)).toMatchObject({ checks, response_time_ms: 2 });
    expect(instance(15_001)).toMatchObject({ checks: [] });
    expect(instance(15_001)).not.toHaveProperty('response_time_ms');
  });

  test('has time to be heard after the start', () => {
    const health = read({ listeningFor: 15_000 });
    expect(health).toMatchObject({ status: 'degraded', ready: false, components: { a: { status: 'degraded', message: 'no beat yet' } } });
  });

  test('that is switched off is no fault, and is judged if it runs all the same', () => {
    const off = [{ name: 'a', enabled: false }];
    expect(read({ expected: off })).toMatchObject({ status: 'healthy', ready: true, components: { a: { status: 'disabled' } } });
    expect(read({ expected: off, heard: [heard('a', { lifecycle: 'stopped' })] }).components['a']).toMatchObject({ status: 'disabled' });
    expect(read({ expected: off, heard: [heard('a', { status: 'degraded', message: 'slow' })] }).components['a']).toMatchObject({ status: 'degraded' });
  });

  test('that nobody expected is shown and judged', () => {
    expect(read({ heard: [heard('a'), heard('b', { status: 'unhealthy', message: 'bad' })] })).toMatchObject({ status: 'unhealthy', message: 'b: bad' });
  });
});

test('without the bus the agent is unhealthy, and of the components nothing is claimed', () => {
  const bus = { connected: false, message: 'the bus at nats://x is away', since: NOW - 4_000 };
  const health = read({ bus, heard: [heard('a', {}, { age: 6_000 })], expected: [{ name: 'a', enabled: true }, { name: 'b', enabled: true }, { name: 'c', enabled: false }] });
  expect(health).toMatchObject({
    status: 'unhealthy',
    message: 'the bus at nats://x is away',
    ready: false,
    components: {
      bus: { status: 'unhealthy', since: '2026-01-02T03:04:01.000Z' },
      a: { status: 'unknown', message: 'the bus is away; 6 s ago it was healthy: ready' },
      b: { status: 'unknown', message: 'the bus is away; nothing was ever heard of it' },
      c: { status: 'disabled' },
    },
  });
});
