import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import type { HealthBeat } from '@axion/contracts';
import { OwnBus, until } from './own-bus.ts';

let own: OwnBus;
beforeAll(async () => {
  own = await OwnBus.start();
});
afterAll(async () => {
  await own?.[Symbol.asyncDispose]();
});

const health = (beat: Partial<HealthBeat> = {}) => {
  const listeners = new Set<() => void>();
  const current = { component: 'x', instance: 'x', version: '1', pid: 1, lifecycle: 'ready', status: 'healthy', message: '', since: '', started_at: '', checks: [], ...beat } as HealthBeat;
  return {
    beat: () => current,
    change: () => listeners.forEach((listener) => listener()),
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

test('an action is answered by one instance, errors come back as they were', async () => {
  const cli = await own.connect('cli');
  const instances = await Promise.all(['1', '2'].map((instance) => own.connect('swarm-executor', { instance })));
  const served = { '1': 0, '2': 0 };
  const subscriptions = instances.flatMap((bus) => [
    bus.actions.serve('swarm', 'status', async (body) => {
      served[bus.instance as '1' | '2'] += 1;
      return { seen: body };
    }),
    bus.actions.serve('swarm', 'refuse', async () => {
      throw new AxionError('NOT_FOUND', 'there is no project shop', { reason: 'NO_PROJECT', details: { project_id: 'shop' } });
    }),
    bus.actions.serve('swarm', 'silent', async () => (bus.instance === '2' ? 'mine' : undefined), { every: true }),
  ]);
  // What is asked after the subscriptions went out comes after them.
  await Promise.all(instances.map((bus) => bus.stream('COMMANDS')));
  await expect(cli.actions.request('swarm', 'status', { a: 1 }, { timeoutMs: 2000 })).resolves.toEqual({ seen: { a: 1 } });
  expect(served['1'] + served['2']).toBe(1);
  await expect(cli.actions.request('swarm', 'refuse', {}, { timeoutMs: 2000 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    reason: 'NO_PROJECT',
    retryable: false,
    details: { project_id: 'shop' },
  });
  await expect(cli.actions.request('swarm', 'silent', {}, { timeoutMs: 2000 })).resolves.toBe('mine');
  for (const subscription of subscriptions) subscription.stop();
});

test('an action that nobody serves, or answers too late, fails with its reason', async () => {
  const cli = await own.connect('cli');
  const executor = await own.connect('swarm-executor');
  await expect(cli.actions.request('workload', 'list', {}, { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const gaveUp = Promise.withResolvers<void>();
  executor.actions.serve('swarm', 'slow', (_body, signal) => new Promise((resolve) => signal.addEventListener('abort', () => (gaveUp.resolve(), resolve(1)))));
  await executor.stream('COMMANDS');
  await expect(cli.actions.request('swarm', 'slow', {}, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await gaveUp.promise;
});

test('processes are seen by their beats, at once when something changes, and nobody beats for another', async () => {
  const observer = await own.connect('health-endpoint');
  const sampler = await own.connect('telemetry-sampler');
  const beats: HealthBeat[] = [];
  observer.beats.subscribe((beat) => beats.push(beat));
  await observer.stream('COMMANDS');
  const source = health();
  const presence = sampler.presence({ health: source, metrics: { getMetricsAsJSON: async () => [] } });
  await presence.start(new AbortController().signal);
  await until('the first beat', () => beats.length === 1);
  expect(beats[0]).toMatchObject({ component: 'telemetry-sampler', instance: '1', lifecycle: 'ready' });
  source.change();
  await until('the second', () => beats.length === 2);
  await presence.stop();
  await until('the last one', () => beats.length === 3);
});

test('everybody answers a scrape', async () => {
  const observer = await own.connect('health-endpoint');
  const names = ['swarm-executor', 'command-worker', 'telemetry-sampler'] as const;
  const services = await Promise.all(
    names.map(async (name) => {
      const presence = (await own.connect(name)).presence({ health: health(), metrics: { getMetricsAsJSON: async () => [{ name: `metric_of_${name}` }] } });
      await presence.start(new AbortController().signal);
      return presence;
    }),
  );
  await Promise.all(names.map(async (name) => (await own.connect(name)).close()));
  const answers = await observer.metrics.scrape({ timeoutMs: 5000, expected: 3 });
  expect(answers.map(({ component }) => component).toSorted()).toEqual(names.toSorted());
  expect(answers[0]?.metrics).toEqual([{ name: `metric_of_${answers[0]?.component}` }]);
  await Promise.all(services.map((service) => service.stop()));
  expect(await observer.metrics.scrape({ timeoutMs: 300 })).toEqual([]);
});

test('the lease of a process that was killed need not be waited for', async () => {
  const program = `
    import { connectBus } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    const bus = await connectBus({ component: 'swarm-executor', url: process.argv[1], credentialsDir: process.argv[2], env: {} });
    const lease = await bus.leases.acquire('swarm.killed');
    process.send(lease.sequence);
  `;
  const { url, credentialsDir } = own.options;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program, url, credentialsDir], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [sequence] = (await once(holder, 'message')) as [number];
  const other = await own.connect('swarm-executor', { instance: '2' });
  expect(await other.leases.acquire('swarm.killed')).toBeUndefined();
  process.kill(holder.pid!, 'SIGSTOP');
  expect(await other.leases.acquire('swarm.killed')).toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const taken = await other.leases.acquire('swarm.killed');
  expect(taken?.sequence).toBeGreaterThan(sequence);
  await taken?.release();
});
