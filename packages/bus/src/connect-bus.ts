import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'nats';
import type { NatsConnection } from 'nats';
import { AxionError, backoffDelay, systemClock } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';
import { subjects } from '@axion/contracts';
import type { BusUser } from '@axion/contracts';
import type { Bus } from './bus.ts';
import { BusConnection } from './bus-connection.ts';
import { silentLog } from './bus-log.ts';
import type { BusLog } from './bus-log.ts';
import { fromNatsError } from './nats-error.ts';
import { NatsBus } from './nats-bus.ts';
import { signChallenge } from './nkey.ts';

export interface ConnectBusOptions {
  /** Whose credentials to use. */
  readonly component: BusUser;
  /** Default `1`. */
  readonly instance?: string;
  /** `[bus].url` */
  readonly url: string;
  /** `[bus].credentials_dir`; a `bus.nk` in systemd's `$CREDENTIALS_DIRECTORY` wins. */
  readonly credentialsDir: string;
  readonly log?: BusLog;
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const FIRST_CONNECT: BackoffPolicy = { initial: 100, factor: 1.5, max: 5000, jitter: 0.5 };
const RECONNECT_MS = 100;

/**
 * Connects to the bus: waits for the server until `signal` is aborted, and reconnects for ever afterwards.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when the credentials cannot be read, `UNAUTHENTICATED` when the server refuses them
 */
export const connectBus = async (options: ConnectBusOptions, signal?: AbortSignal): Promise<Bus> =>
  new NatsBus(await openConnection(options, signal), options.instance ?? '1', options.clock ?? systemClock);

/** The bare connection, for what is no component's business. */
export const openConnection = async (options: ConnectBusOptions, signal?: AbortSignal): Promise<BusConnection> => {
  const { component, url, clock = systemClock, log = silentLog } = options;
  const seed = await readSeed(options);
  const inboxPrefix = subjects.inbox(component);
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      const nats: NatsConnection = await connect({
        servers: url,
        name: `${component}/${options.instance ?? '1'}`,
        authenticator: (nonce) => signChallenge(seed, nonce ?? ''),
        inboxPrefix,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
        reconnectJitter: RECONNECT_MS,
        // The credentials may be created anew while this process lives.
        ignoreAuthErrorAbort: true,
        ignoreClusterUpdates: true,
        pingInterval: 20_000,
        timeout: 5000,
        noAsyncTraces: true,
      });
      return new BusConnection(nats, component, inboxPrefix, log);
    } catch (thrown) {
      const error = fromNatsError(`connect to the bus at ${url} as ${component}`, thrown);
      if (error.code === 'UNAUTHENTICATED') throw error;
      if (attempt === 5) log.warn({ url, error: (thrown as Error).message }, 'the bus cannot be reached, still trying');
      await clock.sleep(backoffDelay(FIRST_CONNECT, attempt), signal);
    }
  }
};

const readSeed = async ({ component, credentialsDir, env = process.env }: ConnectBusOptions): Promise<string> => {
  const given = env['CREDENTIALS_DIRECTORY'];
  const files = [...(given ? [join(given, 'bus.nk')] : []), join(credentialsDir, `${component}.nk`)];
  let cause: unknown;
  for (const file of files) {
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (error) {
      cause = error;
    }
  }
  throw new AxionError(
    'FAILED_PRECONDITION',
    `no bus credentials for ${component}: ${files.join(' and ')} cannot be read. Start the bus once, or point [bus].credentials_dir to where it was set up`,
    { cause },
  );
};
