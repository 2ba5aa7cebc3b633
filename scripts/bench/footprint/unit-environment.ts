import { join } from 'node:path';
import { ServerProcess } from '@axion/testkit';

/** Binds a datagram socket as a service manager does, and drops what arrives. */
const MANAGER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True:
    s.recv(4096)
`;
/** As in the units: `WatchdogSec=30`. */
const WATCHDOG_MICROSECONDS = '30000000';

/** Nothing of this process's environment but where programs are; `undefined` takes a variable away. */
export const unitEnvironment = (): Readonly<Record<string, string | undefined>> => ({ ...Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined])), PATH: process.env['PATH'] });

/** Stands for the service manager, to which every unit's process beats. @returns the variables it gives them */
export const startManager = async (home: string, stack: AsyncDisposableStack): Promise<Readonly<Record<string, string>>> => {
  const socket = join(home, 'notify');
  stack.use(await ServerProcess.start({ name: 'the service manager', command: 'python3', args: ['-c', MANAGER, socket], ready: /listening/ }));
  return { NOTIFY_SOCKET: socket, WATCHDOG_USEC: WATCHDOG_MICROSECONDS };
};
