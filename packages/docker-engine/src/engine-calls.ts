import type { Readable } from 'node:stream';
import { AxionError, withDeadline } from '@axion/core';
import { parseEngineAddress } from './engine-address.ts';
import { engineError } from './engine-error.ts';
import { EngineHttp } from './engine-http.ts';
import type { EngineRequest } from './engine-http.ts';

/** One request to the engine's HTTP API. */
export interface EngineCall {
  /** For people, e.g. `create service axion-shop_web`: what an error says could not be done. */
  readonly what: string;
  /** For metrics, e.g. `service_create`: few and fixed. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  /** The value of `X-Registry-Auth`; see `registryAuthHeader`. */
  readonly registryAuth?: string;
  /** Milliseconds; default `[docker].operation_timeout`. */
  readonly deadlineMs?: number;
}

export interface EngineCallsOptions {
  /** `[docker].host`. */
  readonly host: string;
  /** `[docker].operation_timeout`, milliseconds. */
  readonly deadlineMs: number;
  /** Told how long each call took, seconds. */
  readonly onCall?: (operation: string, seconds: number, ok: boolean) => void;
}

const requestOf = ({ method, path, query, body, registryAuth }: EngineCall): EngineRequest => ({
  method,
  path,
  query: query ?? {},
  body,
  headers: registryAuth === undefined ? {} : { 'x-registry-auth': registryAuth },
});

/** Requests side by side; the engine serialises writes of Swarm anyway. */
const MAX_SOCKETS = 24;

/**
 * Every way to the engine. Invariants: each call ends by its deadline or its signal, whatever the engine does; errors are
 * translated here and nowhere else; a read is repeated once when a kept connection turned out to be dead.
 */
export class EngineCalls {
  readonly #calls: EngineHttp;
  /** A stream holds its connection for hours: it must not take a place from the calls. */
  readonly #streams: EngineHttp;
  readonly #options: EngineCallsOptions;

  constructor(options: EngineCallsOptions) {
    this.#options = options;
    const address = parseEngineAddress(options.host);
    this.#calls = new EngineHttp(address, MAX_SOCKETS);
    this.#streams = new EngineHttp(address, 0);
  }

  /** @throws {AxionError} see `engineError` */
  async call<T>(call: EngineCall, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#once<T>(call, signal);
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
      if (call.method !== 'GET' || (code !== 'ECONNRESET' && code !== 'EPIPE')) throw error;
      return this.#once<T>(call, signal);
    }
  }

  /** A removal: that it is gone already is no error. */
  async forget(call: EngineCall, signal?: AbortSignal): Promise<void> {
    try {
      await this.#once(call, signal);
    } catch (error) {
      if (!(error instanceof AxionError) || error.code !== 'NOT_FOUND') throw error;
    }
  }

  /** Opens a stream; the deadline counts until it is open, `signal` ends it. */
  async stream(call: EngineCall, signal: AbortSignal): Promise<Readable> {
    const opened = await this.#timed(call, (abort) => this.#streams.open(requestOf(call), AbortSignal.any([abort, signal])), signal);
    signal.addEventListener('abort', () => opened.destroy(), { once: true });
    return opened;
  }

  /** What the engine said inside a stream that had begun well. */
  refusal(what: string, words: string): AxionError {
    return engineError(what, this.#options.host, Object.assign(new Error(words), { statusCode: 500 }));
  }

  /** A stream that broke. */
  broken(what: string, thrown: unknown): AxionError {
    return engineError(what, this.#options.host, thrown);
  }

  close(): void {
    this.#calls.close();
    this.#streams.close();
  }

  #once<T>(call: EngineCall, signal?: AbortSignal): Promise<T> {
    return this.#timed(call, async (abort) => (await this.#calls.ask(requestOf(call), abort)) as T, signal);
  }

  async #timed<T>(call: EngineCall, work: (abort: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const began = performance.now();
    let ok = false;
    try {
      const answer = await withDeadline(call.what, call.deadlineMs ?? this.#options.deadlineMs, work, signal);
      ok = true;
      return answer;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (error instanceof AxionError && error.code === 'DEADLINE_EXCEEDED') {
        throw new AxionError('DEADLINE_EXCEEDED', error.message, { reason: 'ENGINE_DEADLINE', details: { ...error.details, operation: call.what }, cause: error });
      }
      throw engineError(call.what, this.#options.host, error);
    } finally {
      this.#options.onCall?.(call.operation, (performance.now() - began) / 1000, ok);
    }
  }
}
