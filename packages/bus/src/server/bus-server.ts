import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AxionError, backoffDelay, untilAborted } from '@axion/core';
import type { BackoffPolicy } from '@axion/core';
import type { BusLog } from '../bus-log.ts';
import { silentLog } from '../bus-log.ts';
import { saysStoreIsDamaged } from './nats-log.ts';
import { NatsProcess } from './nats-process.ts';
import { prepareBus } from './prepare-bus.ts';
import type { PrepareBusOptions } from './prepare-bus.ts';
import type { ProvisionBusOptions, ProvisionedStream } from './provision-bus.ts';
import { endStaleServer } from './stale-server.ts';

export interface BusServerOptions extends PrepareBusOptions {
  /** The nats-server program. */
  readonly binary: string;
  readonly telemetryMb?: number;
  /** Has the kernel end nats-server with this process, however that ends; for who has no control group that does it. */
  readonly endsWithParent?: boolean;
  /** Sets the streams up; by default in this process, which then has the bus's client in its memory. */
  readonly provision?: Provision;
  readonly log?: BusLog;
}

/** Makes the streams what this version needs; rejects with what the server refused. */
export type Provision = (options: ProvisionBusOptions, signal: AbortSignal) => Promise<readonly ProvisionedStream[]>;

/** In this process. The bus's client is loaded with it: who watches nats-server needs none. */
export const provisionHere: Provision = async (options, signal) => {
  const { provisionBus } = await import('./provision-bus.ts');
  return provisionBus(options, signal);
};

const RESTART: BackoffPolicy = { initial: 100, factor: 2, max: 10_000, jitter: 0.3 };
/** A full disk is not asked more often than this. */
const REFUSED_WRITE_MS = 3000;
/** A run this long counts as healthy: the next restart comes at once. */
const HEALTHY_MS = 30_000;

/**
 * The bus as a service: starts nats-server, sets the streams up, starts it again when it ends.
 *
 * Invariants: at most one process of ours uses the store; `start` resolves when the streams are ready; a store that the
 * server refuses is moved aside, never deleted, and only once a start; after `stop` nothing runs.
 */
export class BusServer {
  readonly name = 'bus';
  readonly #options: BusServerOptions;
  readonly #log: BusLog;
  readonly #stopping = new AbortController();
  #process: NatsProcess | undefined;
  #supervision: Promise<void> = Promise.resolve();

  constructor(options: BusServerOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(signal?: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([this.#stopping.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      await prepareBus(this.#options);
      await endStaleServer(this.#options.configFile, this.#log);
      await this.#launch(ended, true);
      await this.#provision(ended);
    } catch (error) {
      await this.#process?.stop();
      throw error;
    }
    this.#supervision = this.#supervise();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new AxionError('CANCELLED', 'the bus is being stopped'));
    await this.#process?.stop();
    await this.#supervision;
  }

  async #launch(signal: AbortSignal, mayReplaceStore: boolean): Promise<void> {
    const run = new NatsProcess(this.#options.binary, this.#options.configFile, this.#log, this.#options.endsWithParent ?? false);
    this.#process = run;
    try {
      await untilAborted(run.ready, signal);
    } catch (error) {
      if (signal.aborted || !mayReplaceStore || !saysStoreIsDamaged(run.lines)) throw error;
      await run.exited;
      await this.#setStoreAside(error as Error);
      await this.#launch(signal, false);
    }
  }

  async #setStoreAside(why: Error): Promise<void> {
    const { storeDir } = this.#options;
    const aside = `${storeDir}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    if (existsSync(storeDir)) await rename(storeDir, aside);
    this.#log.error({ store: storeDir, set_aside: aside, error: why.message }, 'the bus store is damaged; it was set aside and an empty one takes its place');
    await prepareBus(this.#options);
  }

  async #provision(signal: AbortSignal): Promise<void> {
    const { url, credentialsDir, maxStoreMb, telemetryMb, provision = provisionHere } = this.#options;
    await provision({ url, credentialsDir, maxStoreMb, log: this.#log, ...(telemetryMb === undefined ? {} : { telemetryMb }) }, signal);
  }

  /** Waits until the run is over, and ends it where it has become useless. */
  async #ended(run: NatsProcess, signal: AbortSignal): Promise<void> {
    const refused = await Promise.race([run.exited.then(() => false), run.refusedWrite.then(() => true)]);
    if (!refused || signal.aborted) return;
    this.#log.error({ store: this.#options.storeDir }, 'the disk refused a write of the bus; it takes nothing more until it is started again, which is tried every few seconds');
    await delay(REFUSED_WRITE_MS, undefined, { signal }).catch(() => undefined);
    await run.stop();
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const started = performance.now();
      await this.#ended(this.#process!, signal);
      if (signal.aborted) return;
      failures = performance.now() - started > HEALTHY_MS ? 0 : failures + 1;
      this.#log.warn({ failures }, 'nats-server has ended; starting it again');
      try {
        if (failures > 1) await delay(backoffDelay(RESTART, failures - 2), undefined, { signal });
        await this.#launch(signal, true);
        await this.#provision(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#log.error({ error: (error as Error).message }, 'the bus could not be started again, still trying');
        await this.#process?.stop();
      }
    }
  }
}
