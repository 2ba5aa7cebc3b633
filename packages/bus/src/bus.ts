import type { AgentEvent, BucketName, BusUser, EventType, Executor, HealthBeat, StoredCommand, StreamName } from '@axion/contracts';

/**
 * The agent's local bus, in the words of the domain.
 *
 * Whatever is called while the server is away rejects at once with a retryable `UNAVAILABLE`; the connection comes back by
 * itself, and subscriptions, watches and leases go on. Every method may be called many times at once: requests share one
 * connection and are sent together, so writing in groups is calling `publish` without waiting in between.
 */
export interface Bus {
  readonly user: BusUser;
  readonly instance: string;
  /** Whether the server is connected now. */
  readonly connected: boolean;
  readonly commands: Commands;
  readonly events: Events;
  readonly telemetry: Telemetry;
  readonly leases: Leases;
  readonly actions: Actions;
  readonly beats: Beats;
  readonly metrics: MetricsScrape;
  /** A bucket of JSON values. */
  bucket<T>(name: BucketName): Bucket<T>;
  /** What a stream holds now; `KV_<bucket>` for a bucket. */
  stream(name: StreamName | `KV_${BucketName}`): Promise<StreamState>;
  /** This process's beats and answers to scrapes, as a service to start and stop with the others. */
  presence(options: PresenceOptions): Presence;
  /** Every change of the connection; the current state first. */
  onConnection(listener: (connected: boolean) => void): Subscription;
  /** Everything that passes on a subject, as it is: for `axion bus watch`. */
  tap(subject: string, onMessage: (message: TappedMessage) => void): Subscription;
  /** Sends what waits, then closes. */
  close(): Promise<void>;
}

/** Something that goes on until it is stopped; stopping twice is harmless. */
export interface Subscription {
  stop(): void;
}

export interface Published {
  readonly sequence: number;
  /** The id was already there; `sequence` is the earlier message's. */
  readonly duplicate: boolean;
}

export interface StreamState {
  readonly messages: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** When it was created, milliseconds since 1970: another time means another stream, whose sequences begin anew. */
  readonly createdAt: number;
}

/** A command waiting in the stream. */
export interface PendingCommand {
  readonly key: string;
  readonly sequence: number;
  /** The command as it was when this was reported; `undefined` where it has to be read from the stream. */
  read(): QueuedCommand | undefined;
}

/** A command on its way into the stream. */
export interface AnnouncedCommand {
  readonly key: string;
  /** `undefined` where it is none. */
  read(): StoredCommand | undefined;
}

export type QueuedCommand = StoredCommand & {
  readonly sequence: number;
  /** When the bus stored it, milliseconds since 1970; where it was read from the stream. */
  readonly storedAt?: number;
};

export interface Commands {
  /** Resolves when the command is on disk. Rejects with `RESOURCE_EXHAUSTED` when the stream is full: wait, do not drop. */
  publish(command: StoredCommand): Promise<Published>;
  /**
   * Reports every command of `executor` that waits, in order, then each that arrives. Resolves when the waiting ones were
   * reported. After a reconnect the waiting ones are reported again, so a sequence may come twice, and none is missed.
   */
  watch(executor: Executor, onPending: (pending: PendingCommand) => void): Promise<Subscription>;
  /**
   * Reports commands of `executor` while they are being stored: sooner than `watch`, and perhaps of one that never will be. For what
   * may be prepared meanwhile.
   */
  announced(executor: Executor, onAnnounced: (announced: AnnouncedCommand) => void): Subscription;
  /** The oldest waiting command of a key. What is not a command (a stray answer, say) is removed with a warning. */
  head(executor: Executor, key: string): Promise<QueuedCommand | undefined>;
  /** Up to `max` waiting commands of a key from `afterSequence` on: to find what a later one replaces or cancels. Strays are removed here too. */
  waiting(executor: Executor, key: string, max?: number, afterSequence?: number): Promise<readonly QueuedCommand[]>;
  /** A command that is still in the stream: to compare a duplicate with its first copy. */
  at(sequence: number): Promise<QueuedCommand | undefined>;
  /** Removes one command; that it is gone already is no error. */
  remove(sequence: number): Promise<void>;
  /** Removes what has ended of a queue. */
  removals(queue: CommandQueue): Removals;
}

/** A queue in the hands of whoever has its lease. */
export interface CommandQueue {
  readonly executor: Executor;
  readonly key: string;
  readonly lease: Pick<Lease, 'assertHeld'>;
}

export interface Removals {
  /** Whether the connection still is the one in which they were begun; where not, the queue is to be read again and these are begun anew. */
  readonly current: boolean;
  /** Removes everything of the queue up to `sequence`; nothing where the connection is another now. */
  through(sequence: number): Promise<void>;
}

export type SequencedEvent = AgentEvent & { readonly sequence: number };

export interface Events {
  /** Resolves when the event is on disk; message id = `body.event_id`. */
  publish(event: AgentEvent): Promise<Published>;
  /** Whether the stream holds it, however long ago it came: the ids of published events are remembered for a day only. Reads the key's events of its type. */
  holds(event: AgentEvent): Promise<boolean>;
  /** The events that still have to leave, in order; see `Outbox`. */
  outbox(): Promise<Outbox>;
  /**
   * Every event from now on (or after `after`), in order, once each, also over reconnects.
   *
   * @param filter `type` or `key`, absent for all
   */
  follow(filter: EventFilter, onEvent: (event: SequencedEvent) => void, options?: { after?: number }): Promise<Subscription>;
}

export interface EventFilter {
  readonly type?: EventType;
  readonly key?: string;
}

export interface OutboxBatch {
  readonly events: readonly SequencedEvent[];
  /** How many wait behind this batch. */
  readonly pending: number;
  /** How many between what was fetched before and the last of these are gone: shed, too old, or the stream was full. */
  readonly dropped: number;
}

/** Events on their way out. Strictly in order; the position is on disk, moved only by `ack`. One reader at a time. */
export interface Outbox {
  /** The sequence up to which everything has left. */
  readonly position: number;
  /** Waits until there is at least one event after what was fetched last; ends with the signal's reason. */
  fetch(max: number, signal: AbortSignal): Promise<OutboxBatch>;
  /** Everything up to `sequence` has left. `ABORTED` when another reader has moved the position meanwhile. */
  ack(sequence: number): Promise<void>;
  /** Fetches again from just after `sequence` (after a failed send; or what the topic's tail says). Does not move the position. */
  rewind(sequence: number): void;
  /**
   * Makes room while Kafka is away: removes progress events, those that were sent and the older half of those that
   * wait, never another kind. Returns
   * how many; 0 when none are left. Call when `bus.stream('EVENTS')` comes near its `maxBytes`, where the oldest of any kind go.
   */
  shedProgress(): Promise<number>;
}

export interface TelemetryBatch {
  readonly samples: readonly { readonly sequence: number; readonly kind: string; readonly data: Uint8Array }[];
  readonly pending: number;
  /** How many were dropped since the last batch of this process because the buffer was full. */
  readonly dropped: number;
}

export interface Telemetry {
  /** `data` as it is (see `encodeSampleBatch`); the oldest go when the buffer is full. */
  publish(kind: string, data: Uint8Array): Promise<Published>;
  /** Waits for at least one; the same again until `shipped`. */
  pull(max: number, signal: AbortSignal): Promise<TelemetryBatch>;
  /** Forgets everything up to `sequence`. */
  shipped(sequence: number): Promise<void>;
}

export interface BucketEntry<T> {
  readonly key: string;
  readonly value: T;
  /** Grows with every write to the bucket. */
  readonly revision: number;
}

export type BucketChange<T> = BucketEntry<T> | { readonly key: string; readonly value: undefined; readonly revision: number };

/** Last values on disk. Keys: `[A-Za-z0-9_=-]+`, joined by dots; `INVALID_ARGUMENT` otherwise. */
export interface Bucket<T> {
  get(key: string): Promise<BucketEntry<T> | undefined>;
  /** Returns the revision. `RESOURCE_EXHAUSTED` when the bucket is full. */
  put(key: string, value: T): Promise<number>;
  /** `ALREADY_EXISTS` when the key has a value. */
  create(key: string, value: T): Promise<number>;
  /** `ABORTED` when the value is no longer the one of `revision`. */
  update(key: string, value: T, revision: number): Promise<number>;
  /** With `revision`: `ABORTED` when the value is no longer the one of it. */
  delete(key: string, revision?: number): Promise<void>;
  keys(filter?: string): Promise<readonly string[]>;
  entries(filter?: string): Promise<readonly BucketEntry<T>[]>;
  /** The present values, then every change; resolves when the present ones were reported. Repeats them after a reconnect. Does not report what expires. */
  watch(onChange: (change: BucketChange<T>) => void, filter?: string): Promise<Subscription>;
}

/**
 * The right to work on a key, for one instance at a time.
 *
 * It ends at `release`, or 15 s after the last renewal that the server took; `lost` tells the holder earlier than anyone
 * else can acquire it, also when the process was paused or the machine suspended.
 */
export interface Lease {
  readonly key: string;
  /**
   * The fence: grows with every acquisition of any lease, also when a damaged store had to be replaced by an empty one.
   * What a later holder writes carries a larger one.
   */
  readonly sequence: number;
  /** Aborted with an `ABORTED` error the moment the lease can no longer be relied on. */
  readonly lost: AbortSignal;
  /** Throws `ABORTED` when it is lost; asks only this process's clocks. Call before every effect. */
  assertHeld(): void;
  /** Renews now: throws `ABORTED` when the server says that somebody else has it. For effects that cannot be repeated. */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface Leases {
  /** `undefined` while another instance holds it. */
  acquire(key: string): Promise<Lease | undefined>;
  /** Resolves when `key` can probably be acquired: it was released, or its holder stopped renewing. */
  free(key: string, signal: AbortSignal): Promise<void>;
}

export interface Actions {
  /**
   * Asks for an immediate action. Rejects with the answerer's own error, `UNAVAILABLE` when no executor runs,
   * `DEADLINE_EXCEEDED` when none answered in time.
   */
  request<T>(executor: Executor, verb: string, body: unknown, options: { readonly timeoutMs: number }): Promise<T>;
  /**
   * Answers an action; of several instances one gets each request. With `every`, all get it and those that return
   * `undefined` stay silent (for what only the instance that is at work can do).
   */
  serve(executor: Executor, verb: string, handler: ActionHandler, options?: { readonly every?: boolean }): Subscription;
}

/** `signal` is aborted when the one who asked has stopped waiting. What it throws becomes the answer's error. */
export type ActionHandler = (body: unknown, signal: AbortSignal) => Promise<unknown>;

export interface Beats {
  subscribe(onBeat: (beat: HealthBeat) => void): Subscription;
}

/** One process's metrics, in the form of prom-client's `getMetricsAsJSON()`. */
export interface ScrapedMetrics {
  readonly component: string;
  readonly instance: string;
  readonly metrics: readonly unknown[];
  /** Milliseconds from the question to this answer. */
  readonly elapsedMs: number;
}

export interface MetricsScrape {
  /** Every process's metrics; those that did not answer within the time are missing. Ends early once `expected` have answered. */
  scrape(options: { readonly timeoutMs: number; readonly expected?: number }): Promise<readonly ScrapedMetrics[]>;
}

/** What presence needs to know of a process's health; service-kit's health registry is one. */
export interface HealthSource {
  beat(): HealthBeat;
  onChange(listener: () => void): () => void;
}

export interface PresenceOptions {
  readonly health: HealthSource;
  /** A prom-client registry. */
  readonly metrics: { getMetricsAsJSON(): Promise<readonly unknown[]> };
}

/** Has the shape of service-kit's `Service`. */
export interface Presence {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface TappedMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}
