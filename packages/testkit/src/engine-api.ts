import { request } from 'node:http';
import type { RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';

export interface EngineRequest {
  readonly body?: Readable | Buffer | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the call is given up. Default 60,000. */
  readonly timeoutMs?: number;
}

/** What the engine answered with an error status. */
export class EngineRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'EngineRefusal';
    this.status = status;
  }
}

const address = (host: string): RequestOptions => {
  const url = new URL(host);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  if (url.protocol === 'tcp:' || url.protocol === 'http:') return { host: url.hostname, port: url.port === '' ? 2375 : Number(url.port) };
  throw new Error(`DOCKER_HOST ${host} is of a kind the tests do not know: use unix:// or tcp://`);
};

/**
 * The engine's own API, seen from beside the agent: tests prepare an engine and look at it through this, so that a fault
 * in the agent's adapter cannot hide itself.
 */
export class EngineApi {
  readonly host: string;
  readonly #address: RequestOptions;

  constructor(host: string) {
    this.host = host;
    this.#address = address(host);
  }

  /** Calls `path` (from `/`) and gives the answer's JSON, or its text where it is none. */
  async call(method: 'GET' | 'POST' | 'DELETE' | 'HEAD', path: string, options: EngineRequest = {}): Promise<unknown> {
    const { body, headers = {}, timeoutMs = 60_000 } = options;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const plain = body === undefined || body instanceof Buffer || isStream(body) ? body : Buffer.from(JSON.stringify(body));
    const type = plain === body ? {} : { 'content-type': 'application/json' };
    const call = request({ ...this.#address, method, path, headers: { ...type, ...headers }, signal: AbortSignal.timeout(timeoutMs) });
    call.once('error', reject);
    call.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(parts).toString();
        const status = response.statusCode ?? 0;
        if (status >= 400) reject(new EngineRefusal(status, `${method} ${path}: ${status} ${text.trim()}`));
        else resolve(parse(text));
      });
    });
    if (isStream(plain)) plain.once('error', reject).pipe(call);
    else call.end(plain);
    return promise;
  }

  /** Whether it answers, within two seconds. */
  async answers(): Promise<boolean> {
    return this.call('GET', '/_ping', { timeoutMs: 2_000 }).then(
      () => true,
      () => false,
    );
  }

  /** `inactive`, `pending`, `active`, `error` or `locked`, and whether this node manages the swarm. */
  async swarm(): Promise<{ readonly state: string; readonly manager: boolean }> {
    const info = (await this.call('GET', '/info')) as { readonly Swarm?: { readonly LocalNodeState?: string; readonly ControlAvailable?: boolean } };
    return { state: info.Swarm?.LocalNodeState ?? 'inactive', manager: info.Swarm?.ControlAvailable === true };
  }
}

const isStream = (body: EngineRequest['body']): body is Readable => typeof (body as Partial<Readable> | undefined)?.pipe === 'function';

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
