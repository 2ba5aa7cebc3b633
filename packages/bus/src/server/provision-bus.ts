import { AxionError } from '@axion/core';
import type { BusLog } from '../bus-log.ts';
import { silentLog } from '../bus-log.ts';
import type { BusConnection } from '../bus-connection.ts';
import { openConnection } from '../connect-bus.ts';
import { fromApiError } from '../nats-error.ts';
import type { ApiError } from '../nats-error.ts';
import { StreamStore } from '../stream-store.ts';
import { differences, streamConfigs } from './stream-config.ts';
import type { StoreLimits, StreamConfig } from './stream-config.ts';

export interface ProvisionBusOptions extends StoreLimits {
  readonly url: string;
  readonly credentialsDir: string;
  readonly log?: BusLog;
}

export interface ProvisionedStream {
  readonly stream: string;
  /** `recovered`: the server had lost its description, its messages were still there. */
  readonly action: 'created' | 'recovered' | 'changed' | 'kept';
}

/**
 * Makes the server's streams and buckets what this version needs, as `admin`. Can be repeated at any time; removes nothing.
 *
 * @throws {AxionError} what the server refused, e.g. `RESOURCE_EXHAUSTED` where the disk is too small
 */
export const provisionBus = async (options: ProvisionBusOptions, signal?: AbortSignal): Promise<readonly ProvisionedStream[]> => {
  const { url, credentialsDir, log = silentLog } = options;
  const connection = await openConnection({ component: 'admin', url, credentialsDir, log }, signal);
  try {
    const store = new StreamStore(connection);
    const done: ProvisionedStream[] = [];
    for (const config of streamConfigs(options)) {
      const action = await agree(connection, store, config);
      if (action !== 'kept') log.info({ stream: config.name, action }, `stream ${action}`);
      done.push({ stream: config.name, action });
    }
    return done;
  } finally {
    await connection.close();
  }
};

const agree = async (connection: BusConnection, store: StreamStore, config: StreamConfig): Promise<ProvisionedStream['action']> => {
  const found = await store.info(config.name).catch((error: unknown) => {
    if (error instanceof AxionError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  });
  if (found === undefined) {
    await call(connection, 'CREATE', config.name, config);
    const { messages, lastSequence } = await store.state(config.name);
    // Where the server had lost only the description, it has found the messages again.
    return messages > 0 || lastSequence > 0 ? 'recovered' : 'created';
  }
  if (differences(config, found.config).length === 0) return 'kept';
  await call(connection, 'UPDATE', config.name, { ...found.config, ...config });
  return 'changed';
};

const call = async (connection: BusConnection, verb: 'CREATE' | 'UPDATE', stream: string, body: unknown): Promise<void> => {
  const what = `${verb === 'CREATE' ? 'create' : 'change'} stream ${stream}`;
  const answer = (await connection.request(what, `$JS.API.STREAM.${verb}.${stream}`, JSON.stringify(body))).json<{ error?: ApiError }>();
  if (answer.error !== undefined) throw fromApiError(what, answer.error);
};
