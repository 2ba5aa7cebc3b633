import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Binds a Unix datagram socket as a service manager does and prints each message as one line, `|` for line ends. */
const PROGRAM = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\\0", 1) if sys.argv[1].startswith("@") else sys.argv[1])
print("listening", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", "|"), flush=True)
`;

/** Stands for the service manager: a real datagram socket with what arrived on it. */
export class NotifyReceiver {
  readonly #child: ChildProcess;
  readonly messages: string[] = [];
  readonly #arrivals = new Set<() => void>();

  private constructor(path: string) {
    this.#child = spawn('python3', ['-c', PROGRAM, path], { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.messages.push(line);
      for (const look of this.#arrivals) look();
    });
  }

  static async open(path: string): Promise<NotifyReceiver> {
    const receiver = new NotifyReceiver(path);
    await receiver.arrived((messages) => messages.includes('listening'));
    return receiver;
  }

  /** How many messages carried this assignment. */
  count(assignment: string): number {
    return this.messages.filter((message) => message.split('|').includes(assignment)).length;
  }

  /** Resolves once `wanted` holds for what arrived so far; after a minute without it, rejects with what did arrive. */
  async arrived(wanted: (messages: readonly string[]) => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (wanted(this.messages)) resolve();
    };
    const timer = setTimeout(() => reject(new Error(`what arrived is not what was waited for:\n${this.messages.join('\n')}`)), 60_000);
    this.#arrivals.add(look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#arrivals.delete(look);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}
