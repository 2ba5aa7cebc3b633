import { spawn } from 'node:child_process';
import { datagramSocket, sendOn } from './datagram-socket.ts';

/** Name of the file descriptor that `OpenFile=…:axion-notify` hands over. */
const FD_NAME = 'axion-notify';
/** The first descriptor that systemd passes on, `SD_LISTEN_FDS_START`. */
const FIRST_FD = 3;
/** A helper that takes longer is not coming back. */
const HELPER_TIMEOUT_MS = 10_000;

/** Sends one message to the service manager; rejects when it did not take it. */
export type NotifyChannel = (message: string) => Promise<void>;

/** `systemd-notify`, which waits until the manager has read the message, so that it can tell who sent it. */
const helper =
  (socket: string, path: string | undefined): NotifyChannel =>
  (message) =>
    new Promise((resolve, reject) => {
      const env = { NOTIFY_SOCKET: socket, ...(path === undefined ? {} : { PATH: path }) };
      const child = spawn('systemd-notify', message.split('\n'), { env, stdio: 'ignore', timeout: HELPER_TIMEOUT_MS });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`systemd-notify ended with ${code ?? 'a signal'}`))));
    });

/**
 * The way to the service manager that started this process, or `undefined` when nobody listens: a socket it handed over, one of
 * our own, or a helper where Node cannot open such sockets (docs/adr/0007-service-manager.md).
 */
export const notifyChannel = (env: NodeJS.ProcessEnv): NotifyChannel | undefined => {
  const position = env['LISTEN_PID'] === String(process.pid) ? (env['LISTEN_FDNAMES'] ?? '').split(':').indexOf(FD_NAME) : -1;
  // Connected by the manager and inherited: each write is one message.
  if (position !== -1) return (message) => sendOn(FIRST_FD + position, message);
  const socket = env['NOTIFY_SOCKET'] ?? '';
  return socket === '' ? undefined : (datagramSocket(socket) ?? helper(socket, env['PATH']));
};
