import { closeSync, write } from 'node:fs';
import { fromCLibrary } from './c-library.ts';

/** Their values on Linux, the same on both architectures of a release. */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** unix(7): the longest path, with the zero that ends it. */
const PATH_MAX = 108;

/** The address of a Unix socket as connect(2) takes it. A leading `@` stands for the zero byte of an abstract one. */
const addressOf = (path: string): Buffer => {
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > PATH_MAX) throw new Error(`${path} is too long for a socket; ${PATH_MAX - 1} bytes are allowed`);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
};

/** Sends one message on a datagram socket that is connected. */
export const sendOn = (fd: number, message: string): Promise<void> =>
  new Promise((resolve, reject) => {
    write(fd, message, (error) => (error === null ? resolve() : reject(error)));
  });

/** Opens a datagram socket and connects it; gives its descriptor. */
type OpenSocket = () => number;

/** `undefined` where the C library cannot be called. */
const socketTo = (path: string): OpenSocket | undefined => {
  const c = fromCLibrary({ socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' }, connect: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' } });
  if (c === undefined) return undefined;
  return () => {
    const address = addressOf(path);
    const fd = c.socket(AF_UNIX, SOCK_DGRAM + SOCK_CLOEXEC, 0);
    if (fd === -1) throw new Error('no socket could be opened');
    if (c.connect(fd, address, address.length) === 0) return fd;
    closeSync(fd);
    throw new Error(`nobody takes messages on ${path}`);
  };
};

/**
 * Sends datagrams to a Unix socket. Connected with the first message, and once more for a message that is refused: whoever
 * listened may have been started again.
 *
 * @returns `undefined` where Node cannot open such sockets
 */
export const datagramSocket = (path: string): ((message: string) => Promise<void>) | undefined => {
  const open = socketTo(path);
  if (open === undefined) return undefined;
  let fd: number | undefined;
  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  return async (message) => {
    const wasOpen = fd !== undefined;
    try {
      await sendOn((fd ??= open()), message);
    } catch (error) {
      close();
      if (!wasOpen) throw error;
      await sendOn((fd = open()), message);
    }
  };
};
