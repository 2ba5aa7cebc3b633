import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datagramSocket } from '../src/datagram-socket.ts';
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
  await manager.arrived(() => manager.count('WATCHDOG=1') >= 3);
  component.child.kill('SIGUSR2');
  // A beat that was under way may still arrive; another process that beats at the same pace is the clock for the rest.
  await using clock = new ComponentProcess({ NOTIFY_SOCKET: join(dir, 'three.sock'), WATCHDOG_USEC: '150000' });
  await clock.said('the service manager does not take messages');
  const before = manager.count('WATCHDOG=1');
  await using second = await NotifyReceiver.open(join(dir, 'three.sock'));
  await second.arrived(() => second.count('WATCHDOG=1') >= 10);
  expect(manager.count('WATCHDOG=1')).toBe(before);
  expect([component.child.exitCode, component.child.signalCode]).toEqual([null, null]);
});

/** Hands over a connected datagram socket as `OpenFile=/run/systemd/notify:axion-notify` does, then becomes the component. */
const WITH_OPEN_FILE = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
if s.fileno() != 3: os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="axion-notify")
os.execv(sys.argv[2], sys.argv[2:])
`;

test('an inherited socket needs no helper', async () => {
  const path = join(dir, 'inherited.sock');
  await using manager = await NotifyReceiver.open(path);
  // Nothing names the path of the socket to the component, so no helper could reach it.
  await using component = new ComponentProcess({ WATCHDOG_USEC: '150000' }, ['python3', '-c', WITH_OPEN_FILE, path]);
  await manager.arrived(() => manager.count('READY=1') === 1 && manager.count('WATCHDOG=1') >= 3);
  component.child.kill('SIGTERM');
  expect(await component.exit()).toEqual({ code: 0, signal: null });
  expect(manager.count('STOPPING=1')).toBe(1);
  expect(component.messages).not.toContain('the service manager does not take messages');
});

test('a manager that is not there stops nothing', async () => {
  await using component = new ComponentProcess({ NOTIFY_SOCKET: join(dir, 'nobody.sock') });
  await component.said('ready');
  component.child.kill('SIGTERM');
  expect(await component.exit()).toEqual({ code: 0, signal: null });
  expect(component.stderr).toBe('');
});

/** Node 24 has no way to open such a socket; there a component starts systemd-notify, as the tests above show. */
const SOCKETS = !process.versions.node.startsWith('24.');

test('a socket of its own: no helper is started, and a manager that was started again hears the next message', async () => {
  const path = join(dir, 'own.sock');
  const say = datagramSocket(path);
  expect(say !== undefined).toBe(SOCKETS);
  if (say === undefined) return;
  await expect(say('READY=1')).rejects.toThrow('nobody takes messages');
  {
    await using manager = await NotifyReceiver.open(path);
    await say('READY=1');
    await manager.arrived(() => manager.count('READY=1') === 1);
  }
  rmSync(path);
  await using next = await NotifyReceiver.open(path);
  await say('WATCHDOG=1\nSTATUS=well');
  await next.arrived(() => next.messages.includes('WATCHDOG=1|STATUS=well'));
});

test('an abstract socket is reached, and a path that is too long is refused', async () => {
  const path = `@axion-notify-${process.pid}`;
  await using manager = await NotifyReceiver.open(path);
  const say = datagramSocket(path);
  expect(say !== undefined).toBe(SOCKETS);
  if (say === undefined) return;
  await say('READY=1');
  await manager.arrived(() => manager.count('READY=1') === 1);
  await expect(datagramSocket(`/${'x'.repeat(108)}`)!('READY=1')).rejects.toThrow('107 bytes are allowed');
});
