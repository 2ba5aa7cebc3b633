import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ComponentProcess } from './component-process.ts';
import { NotifyReceiver } from './notify-receiver.ts';

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'axion-notify-'))));
afterAll(() => rmSync(dir, { recursive: true }));

test('a service manager hears ready, beats and stopping, and no child inherits the socket', async () => {
  const path = join(dir, 'one.sock');
  await using manager = await NotifyReceiver.open(path);
  await using component = new ComponentProcess({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '150000' });
  await manager.arrived(() => manager.count('READY=1') === 1 && manager.count('WATCHDOG=1') >= 3);
  expect(await component.said('started third')).toMatchObject({ inherited: 'nothing' });
  component.child.kill('SIGTERM');
  await manager.arrived(() => manager.count('STOPPING=1') === 1);
  expect(await component.exit()).toEqual({ code: 0, signal: null });
});

test('the beats stop when the event loop hangs', async () => {
  const path = join(dir, 'two.sock');
  await using manager = await NotifyReceiver.open(path);
  await using component = new ComponentProcess({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '150000', BEHAVE: 'hang-loop' });
  await using living = new ComponentProcess({ NOTIFY_SOCKET: path });
  await living.said('ready');
  await manager.arrived(() => manager.count('WATCHDOG=1') >= 3);
  component.child.kill('SIGUSR2');
  // A beat that was under way may still arrive; a living process's watchdog period is the clock that tells the rest.
  await using clock = new ComponentProcess({ NOTIFY_SOCKET: join(dir, 'three.sock'), WATCHDOG_USEC: '150000' });
  await clock.said('the service manager does not take messages');
  const before = manager.count('WATCHDOG=1');
  await using second = await NotifyReceiver.open(join(dir, 'three.sock'));
  await second.arrived(() => second.count('WATCHDOG=1') >= 10);
  expect(manager.count('WATCHDOG=1')).toBe(before);
});

test('a manager that is not there stops nothing', async () => {
  await using component = new ComponentProcess({ NOTIFY_SOCKET: join(dir, 'nobody.sock') });
  await component.said('ready');
  component.child.kill('SIGTERM');
  expect(await component.exit()).toEqual({ code: 0, signal: null });
  expect(component.stderr).toBe('');
});
