import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { EngineAddress } from './engine-address.ts';

/** One HTTP request to the engine. */
export interface EngineRequest {
  readonly method: string;
  readonly path: string;
  /** What is no text goes as JSON, as the engine wants maps and lists. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Sent as JSON; `undefined` sends nothing. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const queryText = (query: EngineRequest['query']): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const pairs = given.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
};

const isSuccess = (status: number): boolean => (status >= 200 && status < 300) || status === 304;

const textOf = async (answer: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const jsonOr = (text: string, otherwise: unknown): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise;
  }
};

/** The engine's refusal as an error with `statusCode` and its own words. */
const refusal = (statusCode: number, text: string): Error => {
  const { message } = (jsonOr(text, undefined) ?? {}) as { readonly message?: unknown };
  return Object.assign(new Error(typeof message === 'string' ? message : text.trim() || `the engine answers with status ${statusCode}`), { statusCode });
};

/**
 * HTTP to one engine over a pool of connections. Plain `node:http`: the engine's API is JSON over HTTP, and its streams are
 * bodies that do not end.
 */
export class EngineHttp {
  readonly #address: EngineAddress;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #send: typeof httpRequest;

  /** @param pool how many connections are kept and used at most; 0 gives every request one of its own */
  constructor(address: EngineAddress, pool: number) {
    this.#address = address;
    const secure = 'protocol' in address && address.protocol === 'https';
    const options = pool > 0 ? { keepAlive: true, maxSockets: pool } : { keepAlive: false };
    this.#agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
    this.#send = secure ? httpsRequest : httpRequest;
  }

  /**
   * The answer's body once it begins; `signal` ends it.
   *
   * @throws {Error} with `statusCode` when the engine refuses, with `code` when the connection fails
   */
  async open(request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.#answerTo(request, signal);
    const status = answer.statusCode ?? 0;
    if (isSuccess(status)) return answer;
    throw refusal(status, await textOf(answer));
  }

  /** The answer's JSON; its text where it is none. Throws like `open`. */
  async ask(request: EngineRequest, signal: AbortSignal): Promise<unknown> {
    const text = await textOf(await this.open(request, signal));
    return jsonOr(text, text);
  }

  close(): void {
    this.#agent.destroy();
  }

  #answerTo({ method, path, query, body, headers }: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const data = body === undefined ? undefined : JSON.stringify(body);
    const kind = data === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) };
    const address = this.#address;
    const place = 'socketPath' in address ? { socketPath: address.socketPath } : { host: address.host, port: address.port };
    const sent = this.#send({ ...place, agent: this.#agent, method, path: `${path}${queryText(query)}`, headers: { ...headers, ...kind }, signal });
    sent.once('response', resolve);
    // Also after the answer has begun, when the error goes to its reader as well.
    sent.on('error', reject);
    sent.end(data);
    return promise;
  }
}
