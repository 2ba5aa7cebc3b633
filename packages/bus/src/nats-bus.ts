import type { Clock } from '@axion/core';
import type { BucketName, BusUser, StreamName } from '@axion/contracts';
import { BusActions } from './actions.ts';
import { JsonBucket } from './bucket.ts';
import type { Bucket, Bus, Presence, PresenceOptions, StreamState, Subscription, TappedMessage } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { CommandQueues } from './commands.ts';
import { EventStream } from './events.ts';
import { BucketLeases } from './leases.ts';
import { BusBeats, BusPresence, BusScrape } from './presence.ts';
import { StreamStore } from './stream-store.ts';
import { TelemetryStream } from './telemetry.ts';

/** The bus over one connection to nats-server. */
export class NatsBus implements Bus {
  readonly user: BusUser;
  readonly instance: string;
  readonly commands: CommandQueues;
  readonly events: EventStream;
  readonly telemetry: TelemetryStream;
  readonly leases: BucketLeases;
  readonly actions: BusActions;
  readonly beats: BusBeats;
  readonly metrics: BusScrape;
  readonly #connection: BusConnection;
  readonly #store: StreamStore;

  constructor(connection: BusConnection, instance: string, clock: Clock) {
    this.#connection = connection;
    this.#store = new StreamStore(connection);
    this.user = connection.user;
    this.instance = instance;
    this.commands = new CommandQueues(connection, this.#store);
    this.events = new EventStream(connection, this.#store, this.bucket('cursors'));
    this.telemetry = new TelemetryStream(connection, this.#store);
    this.leases = new BucketLeases(connection, this.#store, instance, clock);
    this.actions = new BusActions(connection);
    this.beats = new BusBeats(connection);
    this.metrics = new BusScrape(connection);
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  bucket<T>(name: BucketName): Bucket<T> {
    return new JsonBucket<T>(this.#connection, this.#store, name);
  }

  stream(name: StreamName | `KV_${BucketName}`): Promise<StreamState> {
    return this.#store.state(name);
  }

  presence(options: PresenceOptions): Presence {
    return new BusPresence(this.#connection, this.instance, options);
  }

  onConnection(listener: (connected: boolean) => void): Subscription {
    return this.#connection.onConnection(listener);
  }

  tap(subject: string, onMessage: (message: TappedMessage) => void): Subscription {
    return this.#connection.subscribe(subject, (message) => {
      const headers = Object.fromEntries([...(message.headers ?? [])].map(([name, values]) => [name, String(values)]));
      onMessage({ subject: message.subject, headers, data: message.data });
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
