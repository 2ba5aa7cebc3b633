import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { AxionError, withDeadline } from '@axion/core';
import { cleanPath } from './clean-path.ts';
import { parseEngineAddress } from './engine-address.ts';
import type { EngineAddress } from './engine-address.ts';
import { engineError } from './engine-error.ts';
import { withoutRedirects } from './without-redirects.ts';

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

/** The part of dockerode's transport that is used. dockerode's own methods drop the abort signal here and there; its transport keeps it. */
interface Modem {
  dial(
    options: {
      readonly path: string;
      readonly method: string;
      readonly options: { readonly _query: Readonly<Record<string, unknown>>; readonly _body: unknown };
      readonly statusCodes: Readonly<Record<number, true | string>>;
      readonly abortSignal: AbortSignal;
      readonly authconfig?: { readonly key: string };
      readonly isStream?: boolean;
    },
    callback: (error: unknown, answer: unknown) => void,
  ): void;
}

/**
 * dockerode's types know neither `agent` nor what its transport offers.
 *
 * The transport renders the options of every request for a debug line, printed or not, and with them the agent and all its
 * sockets: 15 ms of processor time a call. So the agent says how it looks.
 */
const modemTo = (address: EngineAddress, agent: HttpAgent | HttpsAgent): Modem => {
  const options = { ...address, agent: Object.assign(agent, { [inspect.custom]: () => 'Agent' }) };
  return new Docker(options).modem;
};

const OK: Readonly<Record<number, true | string>> = { 200: true, 201: true, 202: true, 204: true, 304: true };
/** Requests side by side; the engine serialises writes of Swarm anyway. */
const MAX_SOCKETS = 24;

/**
 * Every way to the engine. Invariants: each call ends by its deadline or its signal, whatever the engine does; errors are
 * translated here and nowhere else; no redirect is followed; a read is repeated once when a kept connection turned out to be dead.
 */
export class EngineCalls {
  readonly #calls: Modem;
  readonly #streams: Modem;
  readonly #options: EngineCallsOptions;
  readonly #agents: readonly (HttpAgent | HttpsAgent)[];

  constructor(options: EngineCallsOptions) {
    this.#options = options;
    const address = parseEngineAddress(options.host);
    const Agent = 'protocol' in address && address.protocol === 'https' ? HttpsAgent : HttpAgent;
    const kept = withoutRedirects(new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }));
    // A stream holds its connection for hours: it must not take a place from the calls.
    const own = withoutRedirects(new Agent({ keepAlive: false }));
    this.#agents = [kept, own];
    this.#calls = modemTo(address, kept);
    this.#streams = modemTo(address, own);
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
    const opened = await this.#timed(call, (abort) => this.#dial<Readable>(this.#streams, call, AbortSignal.any([abort, signal]), true), signal);
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
    for (const agent of this.#agents) agent.destroy();
  }

  #once<T>(call: EngineCall, signal?: AbortSignal): Promise<T> {
    return this.#timed(call, (abort) => this.#dial<T>(this.#calls, call, abort, false), signal);
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

  #dial<T>(modem: Modem, call: EngineCall, abortSignal: AbortSignal, isStream: boolean): Promise<T> {
    const path = cleanPath(call.what, call.path);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    modem.dial(
      {
        path: `${path}?`,
        method: call.method,
        options: { _query: call.query ?? {}, _body: call.body ?? {} },
        statusCodes: OK,
        abortSignal,
        isStream,
        ...(call.registryAuth === undefined ? {} : { authconfig: { key: call.registryAuth } }),
      },
      (error, answer) => (error === null || error === undefined ? resolve(answer as T) : reject(error)),
    );
    return promise;
  }
}
