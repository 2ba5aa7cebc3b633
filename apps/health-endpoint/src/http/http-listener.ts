import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxionError } from '@axion/core';
import type { Hono } from 'hono';

export interface HttpListenerOptions {
  readonly app: Hono;
  /** Address and port to listen on; port 0 takes a free one. */
  readonly bind: string;
  readonly port: number;
  /** Called with the address once it listens. */
  readonly onListening: (url: string) => void;
}

const refusal = (error: NodeJS.ErrnoException, bind: string, port: number): AxionError => {
  const at = `${bind}:${port}`;
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: `another program listens on ${at}; stop it or set [health].port to a free port`,
    EADDRNOTAVAIL: `this host has no address ${bind}; set [health].bind to one that it has`,
    EACCES: `listening on ${at} is not allowed to this user; set [health].port to one above 1023`,
    ENOTFOUND: `[health].bind ${bind} is no address`,
  };
  return new AxionError('FAILED_PRECONDITION', why[error.code ?? ''] ?? `cannot listen on ${at}: ${error.message}`, { reason: error.code ?? 'LISTEN_FAILED', cause: error });
};

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The TCP port. Requests are short reads, so idle and slow clients are let go early, and a stop waits for none of them. What
 * answers comes with Node's fetch client and is loaded with the first request: where nobody asks it would take a third of the process.
 */
export class HttpListener {
  readonly name = 'http';
  readonly #options: HttpListenerOptions;
  readonly #server: Server;
  #answer: Promise<Answer> | undefined;

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    this.#server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 20_000 }, (request, response) => void this.#take(request, response));
  }

  /** @throws {AxionError} `FAILED_PRECONDITION` saying why the port cannot be had */
  async start(): Promise<void> {
    const { bind, port, onListening } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', (error) => reject(refusal(error, bind, port)));
    this.#server.listen(port, bind, resolve);
    await promise;
    const { address, port: taken, family } = this.#server.address() as AddressInfo;
    onListening(`http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`);
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#answer ??= import('@hono/node-server').then(({ getRequestListener }) => getRequestListener(this.#options.app.fetch));
    await (await this.#answer)(request, response);
  }
}
