import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AxionError } from '@axion/core';
import type { BusLog } from '../bus-log.ts';
import { logNatsLine, parseNatsLine, saysWriteWasRefused } from './nats-log.ts';
import type { NatsLogLine } from './nats-log.ts';
import { NATS_SERVER_ENV } from './nats-server-config.ts';
import { endWithParent } from './orphan-guard.ts';

/** The last lines kept to explain an end. */
const KEPT_LINES = 40;
const STOP_MS = 5000;

/** One run of nats-server, from start to exit. */
export class NatsProcess {
  readonly #child: ChildProcess;
  readonly #exited = Promise.withResolvers<void>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #refusedWrite = Promise.withResolvers<void>();
  readonly lines: NatsLogLine[] = [];

  constructor(binary: string, configFile: string, log: BusLog, endsWithParent: boolean) {
    const server = { command: binary, args: ['-c', configFile] };
    const { command, args } = endsWithParent ? endWithParent(server.command, server.args, process.env) : server;
    // In a session of its own: a Ctrl-C in the terminal must not end the bus before those who use it.
    this.#child = spawn(command, args, { env: { PATH: process.env['PATH'], ...NATS_SERVER_ENV }, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#ready.promise.catch(() => undefined);
    createInterface({ input: this.#child.stderr! }).on('line', (text) => {
      const line = parseNatsLine(text);
      logNatsLine(line, log);
      this.lines.push(line);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      if (line.text === 'Server is ready') this.#ready.resolve();
      if (saysWriteWasRefused(line)) this.#refusedWrite.resolve();
    });
    this.#child.on('error', (cause) => this.#end(`cannot be started: ${cause.message}`));
    // `close` comes after the last line was read.
    this.#child.on('close', (code, signal) => this.#end(`ended (${signal ?? `code ${code}`})`));
  }

  /** `undefined` once it is gone: the number may be another's then. */
  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  /** Resolves when it takes connections; rejects with its own last words when it ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when it is gone, whatever the reason. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  /** Resolves when the disk refused a write: the stream takes nothing more, and answers nobody, until a new start. */
  get refusedWrite(): Promise<void> {
    return this.#refusedWrite.promise;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end; after five seconds it is made to. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_MS);
    await this.exited;
    clearTimeout(timer);
  }

  #end(how: string): void {
    const words = this.lines.filter(({ level }) => level === 'FTL' || level === 'ERR').map(({ text }) => text);
    this.#ready.reject(new AxionError('UNAVAILABLE', `nats-server ${how}${words.length > 0 ? `: ${words.join('; ')}` : ''}`));
    this.#exited.resolve();
  }
}
