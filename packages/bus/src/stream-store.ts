import { AxionError } from '@axion/core';
import type { Published, StreamState } from './bus.ts';
import { FROM } from './bus-connection.ts';
import type { BusConnection } from './bus-connection.ts';
import { fromApiError } from './nats-error.ts';
import type { ApiError } from './nats-error.ts';
import { storedMessage } from './stored-message.ts';
import type { StoredMessage } from './stored-message.ts';

interface ApiAnswer {
  readonly error?: ApiError;
}

interface StoreAck extends ApiAnswer {
  readonly seq?: number;
  readonly duplicate?: boolean;
}

interface InfoAnswer extends ApiAnswer {
  readonly config?: Readonly<Record<string, unknown>> & { readonly max_bytes: number };
  readonly created?: string;
  readonly state?: { readonly messages: number; readonly bytes: number; readonly first_seq: number; readonly last_seq: number };
}

export interface StoreOptions {
  /** The message is stored once under this id. */
  readonly id?: string;
  /** It is stored only while the subject's last message has this sequence (0: while there is none); else `ABORTED`. */
  readonly expectedLast?: number;
  /** It marks the bucket's key as deleted. */
  readonly deletes?: boolean;
}

export interface Page {
  readonly messages: readonly StoredMessage[];
  /** How many more match behind this page. */
  readonly pending: number;
}

/** A page is sent in one go, so this is also what waits in memory at most, bytes. */
const PAGE_BYTES = 4 * 1024 * 1024;
const PAGE_TIMEOUT_MS = 10_000;

/**
 * The server's streams: store, read from a sequence, remove.
 *
 * Reading is by direct gets alone. They need no consumer, so a reader leaves nothing behind in the server that a crash
 * could lose, costs nothing while it waits, and cannot be pointed at somebody else's subject.
 */
export class StreamStore {
  readonly #connection: BusConnection;

  constructor(connection: BusConnection) {
    this.#connection = connection;
  }

  /** Resolves when the message is on disk. */
  async store(what: string, subject: string, data: Uint8Array | string, options: StoreOptions = {}): Promise<Published> {
    const headers: Record<string, string> = { [FROM]: this.#connection.user };
    if (options.id !== undefined) headers['Nats-Msg-Id'] = options.id;
    if (options.expectedLast !== undefined) headers['Nats-Expected-Last-Subject-Sequence'] = String(options.expectedLast);
    if (options.deletes) headers['KV-Operation'] = 'DEL';
    const ack = (await this.#connection.request(what, subject, data, { headers })).json<StoreAck>();
    if (ack.error !== undefined) throw fromApiError(what, ack.error);
    if (ack.seq === undefined) throw new AxionError('INTERNAL', `${what}: the bus answered without a sequence`);
    return { sequence: ack.seq, duplicate: ack.duplicate === true };
  }

  /** The last message of exactly this subject. */
  async last(what: string, stream: string, subject: string): Promise<StoredMessage | undefined> {
    return this.#one(what, `$JS.API.DIRECT.GET.${stream}.${subject}`, '');
  }

  /** The last message of each of `subjects` that has one. */
  async lastOf(what: string, stream: string, subjects: readonly string[]): Promise<readonly StoredMessage[]> {
    const [only] = subjects;
    if (only === undefined) return [];
    if (subjects.length > 1) return (await this.#many(what, stream, { multi_last: subjects, batch: subjects.length })).messages;
    const message = await this.last(what, stream, only);
    return message === undefined ? [] : [message];
  }

  /** The first message of `filter` at or after `from`. */
  async first(what: string, stream: string, filter: string, from = 1): Promise<StoredMessage | undefined> {
    return this.#one(what, `$JS.API.DIRECT.GET.${stream}`, JSON.stringify({ seq: Math.max(1, from), next_by_subj: filter }));
  }

  async at(what: string, stream: string, sequence: number): Promise<StoredMessage | undefined> {
    return this.#one(what, `$JS.API.DIRECT.GET.${stream}`, JSON.stringify({ seq: sequence }));
  }

  /** Up to `max` messages of `filter` at or after `from`, in order; fewer when they are large. */
  async page(what: string, stream: string, filter: string, from: number, max: number): Promise<Page> {
    return this.#many(what, stream, { batch: max, max_bytes: PAGE_BYTES, seq: Math.max(1, from), next_by_subj: filter });
  }

  async #many(what: string, stream: string, question: object): Promise<Page> {
    const messages: StoredMessage[] = [];
    let pending = 0;
    const ended = await this.#connection.requestMany(what, `$JS.API.DIRECT.GET.${stream}`, JSON.stringify(question), PAGE_TIMEOUT_MS, (answer) => {
      const message = storedMessage(answer);
      if (message !== undefined) {
        messages.push(message);
        return false;
      }
      const code = answer.headers?.code ?? 500;
      // 204 ends a batch, 404 says that there is nothing.
      if (code === 204) pending = Number(answer.headers?.get('Nats-Num-Pending') ?? 0);
      else if (code !== 404) throw fromApiError(what, { code, description: answer.headers?.description ?? '' });
      return true;
    });
    if (!ended) throw new AxionError('DEADLINE_EXCEEDED', `${what}: the bus did not answer in time`);
    return { messages, pending };
  }

  /** That it is gone already is no error. */
  async remove(what: string, stream: string, sequence: number): Promise<void> {
    // `no_erase`: overwriting the content as well rewrites the whole block each time, 110 removals a second instead of 2,600.
    const answer = (await this.#connection.request(what, `$JS.API.STREAM.MSG.DELETE.${stream}`, JSON.stringify({ seq: sequence, no_erase: true }))).json<ApiAnswer>();
    if (answer.error === undefined) return;
    const error = fromApiError(what, answer.error);
    // Depending on who came between, the server says "sequence not found", or that the removal failed for want of a message.
    if (error.code !== 'NOT_FOUND' && answer.error.description !== 'no message found') throw error;
  }

  /** Removes everything (of `filter`) up to and with `sequence`; returns how many. What is stored next gets a larger sequence. */
  async purge(what: string, stream: string, sequence: number, filter?: string): Promise<number> {
    const question = JSON.stringify({ seq: sequence + 1, ...(filter === undefined ? {} : { filter }) });
    const answer = (await this.#connection.request(what, `$JS.API.STREAM.PURGE.${stream}`, question)).json<ApiAnswer & { purged?: number }>();
    if (answer.error !== undefined) throw fromApiError(what, answer.error);
    return answer.purged ?? 0;
  }

  async state(stream: string): Promise<StreamState> {
    const { config, state, created } = await this.info(stream);
    return { createdAt: Date.parse(created), messages: state.messages, bytes: state.bytes, maxBytes: config.max_bytes, firstSequence: state.first_seq, lastSequence: state.last_seq };
  }

  /** @throws {AxionError} `NOT_FOUND` */
  async info(stream: string): Promise<Required<Omit<InfoAnswer, 'error'>>> {
    const what = `look at stream ${stream}`;
    const answer = (await this.#connection.request(what, `$JS.API.STREAM.INFO.${stream}`)).json<InfoAnswer>();
    if (answer.error !== undefined) throw fromApiError(what, answer.error);
    const { config, state: found, created } = answer;
    if (config === undefined || found === undefined || created === undefined) throw new AxionError('INTERNAL', `${what}: the bus answered without it`);
    return { config, state: found, created };
  }

  async #one(what: string, subject: string, question: string): Promise<StoredMessage | undefined> {
    const answer = await this.#connection.request(what, subject, question);
    const message = storedMessage(answer);
    if (message !== undefined) return message;
    const code = answer.headers?.code ?? 500;
    if (code === 404) return undefined;
    throw fromApiError(what, { code, description: answer.headers?.description ?? '' });
  }
}
