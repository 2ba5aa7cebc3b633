import { createInbox, Events, headers as natsHeaders } from 'nats';
import type { Msg, MsgHdrs, NatsConnection } from 'nats';
import { AxionError } from '@axion/core';
import type { BusUser } from '@axion/contracts';
import type { Subscription } from './bus.ts';
import type { BusLog } from './bus-log.ts';
import { fromNatsError } from './nats-error.ts';

/** Says who published; an answer of the server that was aimed at one of our subjects has none or a second one. */
export const FROM = 'Axion-From';

const REQUEST_TIMEOUT_MS = 10_000;

/** The server's status where nobody has subscribed to what was asked. */
const NO_RESPONDERS = 503;

/** A question that is open. */
interface Ask {
  readonly what: string;
  readonly subject: string;
  readonly take: (answer: Msg) => void;
  readonly fail: (reason: AxionError) => void;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * One connection with an honest view of whether it is there.
 *
 * Invariants: a request made while the server is away, or whose answer can no longer come because the connection broke,
 * rejects at once with `UNAVAILABLE` instead of waiting for its time-out; nothing is queued for later behind the caller's back.
 */
export class BusConnection {
  readonly user: BusUser;
  readonly log: BusLog;
  readonly #nats: NatsConnection;
  readonly #inboxPrefix: string;
  /** Who waits for answers, by the last token of their subject: one subscription serves all. */
  readonly #asks = new Map<string, Ask>();
  #answersTo: string | undefined;
  #asked = 0;
  readonly #listeners = new Set<(connected: boolean) => void>();
  #connected = true;
  #epoch = 1;

  constructor(nats: NatsConnection, user: BusUser, inboxPrefix: string, log: BusLog) {
    this.#nats = nats;
    this.user = user;
    this.#inboxPrefix = inboxPrefix;
    this.log = log;
    void this.#followStatus();
    void nats.closed().then(() => this.#turn(false));
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Grows with every reconnect: what was learnt in an earlier one may be about a store that was replaced since. */
  get epoch(): number {
    return this.#epoch;
  }

  get closed(): boolean {
    return this.#nats.isClosed();
  }

  /** Calls `listener` with the state now, and on every change. */
  onConnection(listener: (connected: boolean) => void): Subscription {
    this.#listeners.add(listener);
    listener(this.#connected);
    return { stop: () => void this.#listeners.delete(listener) };
  }

  /** @param what names the call in its error */
  async request(what: string, subject: string, data: Uint8Array | string = '', options: RequestOptions = {}): Promise<Msg> {
    const answers: Msg[] = [];
    const answered = await this.#ask(what, subject, data, options.headers, options.timeoutMs ?? REQUEST_TIMEOUT_MS, (answer) => answers.push(answer) > 0);
    const [answer] = answers;
    if (!answered || answer === undefined) throw new AxionError('DEADLINE_EXCEEDED', `${what}: the bus did not answer in time`);
    if (answer.headers?.code === NO_RESPONDERS && answer.data.length === 0) throw new AxionError('UNAVAILABLE', `${what}: nobody answers on the bus`);
    return answer;
  }

  /**
   * Asks for several answers. `onAnswer` returns true when it has had the last one.
   *
   * @returns whether it had; false when the time was over first
   */
  requestMany(what: string, subject: string, data: string, timeoutMs: number, onAnswer: (answer: Msg) => boolean): Promise<boolean> {
    return this.#ask(what, subject, data, undefined, timeoutMs, onAnswer);
  }

  /** The library's own requests each make an error with its stack, for the case that they are cancelled: as much work as the request. */
  async #ask(what: string, subject: string, data: Uint8Array | string, headers: RequestOptions['headers'], timeoutMs: number, onAnswer: (answer: Msg) => boolean): Promise<boolean> {
    if (!this.#connected) throw this.#away(what);
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const token = String((this.#asked += 1));
    const reply = `${this.#answersInbox()}.${token}`;
    this.#asks.set(token, {
      what,
      subject,
      fail: reject,
      take: (answer) => {
        try {
          if (onAnswer(answer)) resolve(true);
        } catch (thrown) {
          reject(fromNatsError(what, thrown));
        }
      },
    });
    const timer = setTimeout(() => resolve(false), timeoutMs);
    try {
      this.#nats.publish(subject, data, { reply, ...(headers && { headers: this.headers(headers) }) });
      return await promise;
    } catch (error) {
      throw fromNatsError(what, error);
    } finally {
      clearTimeout(timer);
      this.#asks.delete(token);
    }
  }

  /** A subscription a request would cost the server more than the request. */
  #answersInbox(): string {
    if (this.#answersTo !== undefined) return this.#answersTo;
    const inbox = createInbox(this.#inboxPrefix);
    this.#nats.subscribe(`${inbox}.*`, {
      callback: (error, answer) => {
        if (error) for (const { what, fail } of this.#asks.values()) fail(fromNatsError(what, error));
        else this.#asks.get(answer.subject.slice(inbox.length + 1))?.take(answer);
      },
    });
    return (this.#answersTo = inbox);
  }

  /** Fire and forget; dropped while the server is away. */
  tell(subject: string, data: Uint8Array | string): void {
    if (this.#connected) this.#nats.publish(subject, data);
  }

  /** Lasts over reconnects. What `onMessage` throws is logged and ends nothing. */
  subscribe(subject: string, onMessage: (message: Msg) => void, queue?: string): Subscription {
    const subscription = this.#nats.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error) return this.log.error({ subject, error: error.message }, 'the bus refused a subscription');
        try {
          onMessage(message);
        } catch (thrown) {
          this.log.error({ subject, error: (thrown as Error).message }, 'a message from the bus could not be handled');
        }
      },
    });
    return { stop: () => void (this.#nats.isClosed() || subscription.unsubscribe()) };
  }

  /** Resolves when the server has seen everything sent so far: subscriptions are in force. */
  async flush(): Promise<void> {
    await this.#nats.flush().catch((error: unknown) => Promise.reject(fromNatsError('flush', error)));
  }

  headers(values: Readonly<Record<string, string>>): MsgHdrs {
    const set = natsHeaders();
    for (const [name, value] of Object.entries(values)) set.set(name, value);
    return set;
  }

  async close(): Promise<void> {
    if (this.#nats.isClosed()) return;
    if (this.#connected) await this.#nats.drain().catch(() => undefined);
    await this.#nats.close();
  }

  #away(what: string): AxionError {
    return new AxionError('UNAVAILABLE', `${what}: the bus is not connected${this.closed ? ' any more' : ', the connection is being made again'}`, { reason: 'BUS_AWAY' });
  }

  async #followStatus(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (status.type === Events.Disconnect) this.#turn(false);
      else if (status.type === Events.Reconnect) this.#turn(true);
      else if (status.type === Events.Error && status.permissionContext !== undefined) {
        const { operation, subject } = status.permissionContext;
        this.log.warn({ operation, subject }, 'the bus denied a subject to these credentials');
        if (operation === 'publish') this.#refuse(subject);
      }
    }
  }

  #refuse(subject: string): void {
    for (const ask of this.#asks.values()) {
      if (ask.subject === subject) ask.fail(new AxionError('PERMISSION_DENIED', `${ask.what}: these bus credentials do not allow it`));
    }
  }

  #turn(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    if (connected) this.#epoch += 1;
    if (!connected) {
      for (const { what, fail } of this.#asks.values()) fail(this.#away(what));
    }
    if (!this.closed) this.log.info({ connected }, connected ? 'connected to the bus again' : 'the bus is away');
    for (const listener of this.#listeners) listener(connected);
  }
}
