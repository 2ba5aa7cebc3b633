import { spawn } from 'node:child_process';
import { write } from 'node:fs';

/** Name of the file descriptor that `OpenFile=…:axion-notify` hands over. */
const FD_NAME = 'axion-notify';
/** The first descriptor that systemd passes on, `SD_LISTEN_FDS_START`. */
const FIRST_FD = 3;
/** A helper that takes longer is not coming back. */
const HELPER_TIMEOUT_MS = 10_000;

/** Sends one message to the service manager; rejects when it did not take it. */
export type NotifyChannel = (message: string) => Promise<void>;

/** A datagram socket, connected by the service manager and inherited: each write is one message. */
const inherited =
  (fd: number): NotifyChannel =>
  (message) =>
    new Promise((resolve, reject) => {
      write(fd, message, (error) => (error === null ? resolve() : reject(error)));
    });

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
 * The way to the service manager that started this process, or `undefined` when nobody listens. Node has no datagram
 * sockets of the Unix family; docs/adr has what was weighed.
 */
export const notifyChannel = (env: NodeJS.ProcessEnv): NotifyChannel | undefined => {
  const position = env['LISTEN_PID'] === String(process.pid) ? (env['LISTEN_FDNAMES'] ?? '').split(':').indexOf(FD_NAME) : -1;
  if (position !== -1) return inherited(FIRST_FD + position);
  const socket = env['NOTIFY_SOCKET'] ?? '';
  return socket === '' ? undefined : helper(socket, env['PATH']);
};
