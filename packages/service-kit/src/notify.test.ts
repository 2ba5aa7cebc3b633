import { expect, test } from 'vitest';
import { serviceNotifier } from './notify.ts';
import { watchdogInterval } from './watchdog.ts';

const silent = { warn: () => {} };

test('one message at a time; what comes meanwhile is joined, the newest winning', async () => {
  const sent: string[] = [];
  let release = Promise.withResolvers<void>();
  const notify = serviceNotifier({}, silent, (message) => {
    sent.push(message);
    return release.promise;
  });
  notify.ready();
  for (let i = 0; i < 100; i++) notify.alive();
  notify.status('one');
  notify.status('two\nREADY=0');
  notify.stopping();
  expect(sent).toEqual(['READY=1']);
  const first = release;
  release = Promise.withResolvers<void>();
  first.resolve();
  await expect.poll(() => sent).toEqual(['READY=1', 'WATCHDOG=1\nSTATUS=two READY=0\nSTOPPING=1']);
});

test('all is sent when the message under way and the one after it are', async () => {
  const releases: (() => void)[] = [];
  const notify = serviceNotifier({}, silent, () => new Promise((resolve) => void releases.push(resolve)));
  notify.alive();
  notify.stopping();
  let sent = false;
  const all = notify.sent().then(() => (sent = true));
  releases[0]?.();
  await expect.poll(() => releases).toHaveLength(2);
  expect(sent).toBe(false);
  releases[1]?.();
  await all;
});

test('a manager that does not answer is told once until it answers again', async () => {
  const warned: unknown[] = [];
  let down = true;
  let calls = 0;
  const notify = serviceNotifier({}, { warn: (fields: unknown) => void warned.push(fields) }, async () => {
    calls += 1;
    if (down) throw new Error('ENOENT');
  });
  const beat = async (): Promise<void> => {
    const before = calls;
    notify.alive();
    await expect.poll(() => calls).toBe(before + 1);
  };
  await beat();
  await beat();
  expect(warned).toHaveLength(1);
  down = false;
  await beat();
  down = true;
  await beat();
  await expect.poll(() => warned).toHaveLength(2);
});

test('without a manager nothing is sent', () => {
  expect(() => serviceNotifier({}, silent).ready()).not.toThrow();
});

test.each<[NodeJS.ProcessEnv, number | undefined]>([
  [{}, undefined],
  [{ WATCHDOG_USEC: '30000000' }, 10_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 10_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
  [{ WATCHDOG_USEC: '0' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
])('the watchdog of %j beats every %s ms', (env, interval) => {
  expect(watchdogInterval(env, 7)).toBe(interval);
});
