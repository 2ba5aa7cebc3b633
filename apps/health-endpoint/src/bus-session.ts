import { connectBus } from '@axion/bus';
import type { Bus, BusLog, ConnectBusOptions, PresenceOptions } from '@axion/bus';
import type { AgentIdentity, StreamName } from '@axion/contracts';
import { asAxionError, AxionError, backoffDelay } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';
import type { BusListener, BusView, ProcessAnswer } from './bus-view.ts';

const RETRY: BackoffPolicy = { initial: 500, factor: 2, max: 10_000, jitter: 0.3 };

export interface BusSessionParts {
  readonly connect: Omit<ConnectBusOptions, 'component'>;
  readonly listener: BusListener;
  readonly presence: PresenceOptions;
  readonly log: BusLog;
  readonly clock: Clock;
}

/**
 * The bus, whenever it comes. The other components wait for the bus before they do anything; this one has to answer
 * meanwhile and say what is missing. Invariants: `start` does not wait; missing or refused credentials are a state to
 * report and try again, not an end; while there is no bus every question rejects at once.
 */
export class BusSession implements BusView {
  readonly name = 'bus';
  readonly #parts: BusSessionParts;
  readonly #stopping = new AbortController();
  #opening: Promise<void> = Promise.resolve();
  #bus: Bus | undefined;
  #agentId: string | undefined;
  #watchesIdentity = false;
  readonly #ends: (() => unknown)[] = [];

  constructor(parts: BusSessionParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#opening = this.#open();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#opening;
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  async scrape(timeoutMs: number, expected: number | undefined): Promise<readonly ProcessAnswer[]> {
    const answers = await this.#there().metrics.scrape({ timeoutMs, ...(expected === undefined ? {} : { expected }) });
    return answers.map(({ component, instance, metrics, elapsedMs }) => ({ component, instance, metrics, elapsed: elapsedMs }));
  }

  async pending(stream: StreamName): Promise<number> {
    return (await this.#there().stream(stream)).messages;
  }

  async agentId(): Promise<string | undefined> {
    return this.#agentId;
  }

  #there(): Bus {
    if (this.#bus?.connected !== true) throw new AxionError('UNAVAILABLE', 'the bus is away');
    return this.#bus;
  }

  async #open(): Promise<void> {
    const { connect, listener, log, clock } = this.#parts;
    const { signal } = this.#stopping;
    listener.connection(false, `the bus at ${connect.url} is not there yet`);
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await this.#use(await connectBus({ ...connect, component: 'health-endpoint', log }, signal));
        return;
      } catch (thrown) {
        const error = asAxionError(thrown);
        if (signal.aborted) return;
        if (attempt === 0) log.warn({ code: error.code }, error.message);
        listener.connection(false, error.message);
      }
      await clock.sleep(backoffDelay(RETRY, attempt), signal).catch(() => {});
    }
  }

  async #use(bus: Bus): Promise<void> {
    const { connect, listener, presence } = this.#parts;
    this.#ends.push(() => bus.close());
    this.#bus = bus;
    const beats = bus.beats.subscribe((beat) => listener.beat(beat));
    const connection = bus.onConnection((connected) => {
      listener.connection(connected, connected ? `connected to ${connect.url}` : `the bus at ${connect.url} is away`);
      if (connected) void this.#followIdentity(bus);
    });
    const present = bus.presence(presence);
    this.#ends.push(() => present.stop(), () => connection.stop(), () => beats.stop());
    await present.start(this.#stopping.signal);
  }

  /** The id is for people to read; whatever hinders it, the page is there without. */
  async #followIdentity(bus: Bus): Promise<void> {
    if (this.#watchesIdentity) return;
    this.#watchesIdentity = true;
    try {
      const watch = await bus.bucket<AgentIdentity>('identity').watch((change) => {
        if (change.key === 'agent') this.#agentId = change.value?.agent_id;
      });
      this.#ends.push(() => watch.stop());
    } catch (error) {
      this.#watchesIdentity = false;
      this.#parts.log.debug({ error: asAxionError(error).message }, 'the agent id cannot be read yet');
    }
  }
}
