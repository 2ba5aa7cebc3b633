import { loadConfig } from '@axion/config';
import { expect, test } from 'vitest';
import { HealthReporter, type HealthSnapshot } from './health-reporter.ts';
import { scrubber } from './scrub.ts';

/** A reporter whose clock goes on by a second with each look. */
const reporter = (): HealthReporter => {
  let now = 0;
  return new HealthReporter(() => (now += 1000));
};

test('the worst check decides, and says why', () => {
  const health = reporter();
  const bus = health.check('bus');
  const docker = health.check('docker');
  expect(health.snapshot()).toMatchObject({ lifecycle: 'starting', status: 'degraded', message: 'bus: not checked yet; docker: not checked yet' });
  bus.healthy();
  docker.unhealthy('connect ECONNREFUSED');
  expect(health.snapshot()).toMatchObject({ status: 'unhealthy', message: 'docker: connect ECONNREFUSED' });
  docker.degraded('slow', 1500);
  expect(health.snapshot()).toMatchObject({ status: 'degraded', message: 'docker: slow', checks: [{ name: 'bus', status: 'healthy' }, { name: 'docker', response_time_ms: 1500 }] });
  docker.healthy();
  expect(health.snapshot()).toMatchObject({ status: 'healthy', message: 'starting' });
});

test('since changes with the status alone', () => {
  const health = reporter();
  const bus = health.check('bus');
  bus.degraded('one');
  const before = health.snapshot();
  bus.degraded('two');
  expect(health.snapshot().since).toBe(before.since);
  expect(health.snapshot().checks[0]?.since).toBe(before.checks[0]?.since);
  bus.healthy();
  expect(health.snapshot().since > before.since).toBe(true);
});

test('listeners hear changes once and repetitions never', () => {
  const health = reporter();
  const heard: string[] = [];
  const off = health.onChange((snapshot: HealthSnapshot) => heard.push(`${snapshot.lifecycle} ${snapshot.status} ${snapshot.message}`));
  const bus = health.check('bus');
  bus.healthy();
  bus.healthy('ok', 12);
  health.enter('ready');
  health.enter('ready');
  bus.unhealthy('gone');
  off();
  bus.healthy();
  expect(heard).toEqual(['starting degraded bus: not checked yet', 'starting healthy starting', 'ready healthy ready', 'ready unhealthy bus: gone']);
});

test('a second handle of the same name is the same check', () => {
  const health = reporter();
  health.check('bus').healthy();
  expect(health.check('bus')).toBeDefined();
  expect(health.snapshot().status).toBe('healthy');
});

test('what a broker quotes of a password is in no message, no listener hears it', () => {
  const { config } = loadConfig({ env: { AXION_AGENT__KAFKA__SASL_PASSWORD: 'hunt"er\\22' }, cwd: '/', readFile: () => undefined });
  const health = new HealthReporter(Date.now, scrubber(config));
  const heard: string[] = [];
  health.onChange(({ message }) => heard.push(message));
  health.check('kafka').unhealthy('SASL PLAIN authentication failed: user agent with password hunt"er\\22 (sent as "hunt\\"er\\\\22") is not known');
  const message = 'SASL PLAIN authentication failed: user agent with password [redacted] (sent as "[redacted]") is not known';
  expect(health.snapshot()).toMatchObject({ message: `kafka: ${message}`, checks: [{ name: 'kafka', message }] });
  expect(heard.at(-1)).toBe(`kafka: ${message}`);
});
