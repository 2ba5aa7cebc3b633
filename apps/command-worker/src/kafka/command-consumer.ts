import { AxionError, untilAborted, withDeadline } from '@axion/core';
import { firstValues, isRebalance, kafkaError } from '@axion/kafka';
import type { Batch, Consumer, EachBatchPayload, KafkaClient, KafkaMessage, KafkaRecord } from '@axion/kafka';
import type { Logger } from '@axion/service-kit';
import { OffsetTracker } from '../intake/offset-tracker.ts';
import type { Session } from '../session.ts';
import { dismissFormerSelves } from './former-selves.ts';
import { OffsetCommits } from './offset-commits.ts';
import { Room } from './room.ts';

export interface CommandConsumerOptions {
  readonly topic: string;
  readonly group: string;
  /** The most records that are taken and not committed at a time. */
  readonly maxInFlight: number;
  /** Resolves when the record needs no second delivery. Is called in the order of the partition, and not waited for in between. */
  readonly deliver: (record: KafkaRecord, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

/**
 * The group gives our partitions away when it has not heard from us for so long. Nobody waits for that: a worker that starts
 * dismisses the one before it.
 */
const SESSION_TIMEOUT = 30_000;
/** Three beats a session, as Kafka advises. */
const HEARTBEAT_INTERVAL = 9000;
/** A fetch is answered with the first record, or after so long: an idle consumer wakes no oftener. */
const MAX_WAIT = 9000;
const MAX_BYTES = 4 * 1024 * 1024;
/** What is in hand when a session is closed has so long to reach the disk. */
const CLOSE_BUDGET = 5000;
/** kafkajs waits for the fetch under way, which may take `MAX_WAIT`; whoever opens the next session dismisses this member. */
const LEAVE_BUDGET = 300;

/**
 * A member of the consumer group, for one session.
 *
 * Invariants: an offset is committed only when its record and all before it were delivered; never more than `maxInFlight`
 * records are in the open: beyond that nothing is taken, while heartbeats to the group go on; after a rebalance
 * everything in the open is forgotten, and Kafka delivers it again to whoever has the partition.
 */
export class CommandConsumer implements Session {
  readonly #options: CommandConsumerOptions;
  readonly #consumer: Consumer;
  readonly #tracker = new OffsetTracker();
  readonly #room: Room;
  readonly #commits: OffsetCommits;
  readonly #ended = Promise.withResolvers<AxionError>();
  readonly #abort = new AbortController();
  #closing = false;

  private constructor(client: KafkaClient, options: CommandConsumerOptions) {
    this.#options = options;
    this.#consumer = client.kafka.consumer({
      groupId: options.group,
      sessionTimeout: SESSION_TIMEOUT,
      heartbeatInterval: HEARTBEAT_INTERVAL,
      maxWaitTimeInMs: MAX_WAIT,
      maxBytes: MAX_BYTES,
      maxBytesPerPartition: MAX_BYTES,
      metadataMaxAge: 60_000,
      // Whoever sends commands decides how their topic looks.
      allowAutoTopicCreation: false,
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false },
    });
    this.#room = new Room(this.#tracker, options.maxInFlight);
    this.#commits = new OffsetCommits({
      tracker: this.#tracker,
      enough: options.maxInFlight / 2,
      commit: (offsets) => this.#consumer.commitOffsets([...offsets].map(([partition, offset]) => ({ topic: options.topic, partition, offset: String(offset) }))),
      onCommitted: () => this.#room.changed(),
      onFailed: (error) => this.#end(kafkaError('commit offsets', error)),
    });
  }

  /**
   * Joins the group and begins to deliver. Commands sent before the agent ever ran are taken too.
   *
   * @throws {AxionError} `NOT_FOUND` while the topic does not exist
   */
  static async open(client: KafkaClient, options: CommandConsumerOptions, signal: AbortSignal): Promise<CommandConsumer> {
    const session = new CommandConsumer(client, options);
    try {
      await untilAborted(dismissFormerSelves(client, options.group, options.log), signal);
      await untilAborted(session.#join(), signal);
      return session;
    } catch (error) {
      await session.#disconnect();
      throw kafkaError(`consume ${options.topic}`, error);
    }
  }

  get ended(): Promise<AxionError> {
    return this.#ended.promise;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#room.changed();
    await withDeadline('finish the commands in hand', CLOSE_BUDGET, () => this.#commits.settle()).catch((error: unknown) =>
      this.#options.log.info({ err: error }, 'commands in hand will be delivered again'),
    );
    this.#abort.abort(new AxionError('CANCELLED', 'the session is closed'));
    await this.#disconnect();
  }

  async #join(): Promise<void> {
    const { topic, log } = this.#options;
    const { CRASH, GROUP_JOIN } = this.#consumer.events;
    const joined = Promise.withResolvers<void>();
    this.#consumer.on(CRASH, ({ payload }) => {
      joined.reject(payload.error);
      this.#end(kafkaError(`consume ${topic}`, payload.error));
    });
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#tracker.reset();
      this.#room.changed();
      joined.resolve();
      log.info({ topic, partitions: payload.memberAssignment[topic] ?? [] }, 'taking commands');
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true });
    await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#takeBatch(payload) });
    await joined.promise;
  }

  async #takeBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const heartbeat = (): Promise<void> => payload.heartbeat();
    try {
      for (const message of batch.messages) {
        await this.#room.wait(heartbeat, () => this.#closing);
        if (this.#closing || !payload.isRunning() || payload.isStale()) return;
        this.#take(batch, message);
        payload.resolveOffset(message.offset);
      }
      this.#passMarkers(batch);
      this.#commits.kick();
      await heartbeat();
    } catch (error) {
      // What is done is committed before the partition goes to another member, which would be told it again.
      if (isRebalance(error)) await this.#commits.flush();
      throw error;
    }
  }

  /** Markers of transactions at the end of the batch are nobody's records, but lie between us and the end of the topic. */
  #passMarkers(batch: Batch): void {
    const { messages, partition } = batch;
    const end = Number(batch.lastOffset());
    // The last record itself is finished by its delivery alone.
    if (end <= Number(messages.at(-1)?.offset ?? -1)) return;
    this.#tracker.take(partition, end);
    this.#tracker.finish(partition, end);
  }

  #take({ topic, partition }: Batch, message: KafkaMessage): void {
    const offset = Number(message.offset);
    this.#tracker.take(partition, offset);
    const record: KafkaRecord = {
      topic,
      partition,
      offset,
      key: message.key ?? undefined,
      value: message.value ?? undefined,
      headers: firstValues(message.headers),
    };
    this.#options.deliver(record, this.#abort.signal).then(
      () => {
        this.#tracker.finish(partition, offset);
        this.#commits.kick();
      },
      (error: unknown) => this.#end(kafkaError(`deliver offset ${offset} of partition ${partition}`, error)),
    );
  }

  #end(error: AxionError): void {
    this.#closing = true;
    this.#room.changed();
    this.#ended.resolve(error);
  }

  async #disconnect(): Promise<void> {
    await withDeadline('leave the consumer group', LEAVE_BUDGET, () => this.#consumer.disconnect()).catch((error: unknown) =>
      this.#options.log.debug({ err: error }, 'the consumer is still leaving'),
    );
  }
}
