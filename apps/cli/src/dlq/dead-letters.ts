import { resolveTopics } from '@axion/config';
import type { Topics } from '@axion/config';
import { readDeadLetter } from '@axion/contracts';
import type { AgentIdentity, DeadLetter } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { createKafkaClient, kafkaSettings, openTopic, RecordSender, silentLog } from '@axion/kafka';
import type { KafkaClient, PartitionRange, TopicReader } from '@axion/kafka';
import type { CommandContext } from '../commands/context.ts';
import { placeText } from './letter-place.ts';
import type { LetterPlace } from './letter-place.ts';

/** A record of the dead letter topic. */
export interface PlacedLetter extends LetterPlace {
  /** When it came into the topic, milliseconds since 1970. */
  readonly timestamp: number;
  /** Absent: the record is no dead letter. */
  readonly letter: DeadLetter | undefined;
}

const AGENT_ID = '{agent_id}';

/** The agent's topics. Only where their names need it, the bus is asked who the agent is. */
const topicsOf = async (context: CommandContext): Promise<Topics> => {
  const { config } = context.config();
  const { commands_topic: commands, dlq_topic: deadLetters } = config.kafka;
  if (![commands, deadLetters].some((name) => name.includes(AGENT_ID))) return resolveTopics(config, '');
  const id = config.agent.id ?? (await (await context.bus()).bucket<AgentIdentity>('identity').get('agent'))?.value.agent_id;
  if (id === undefined) throw new AxionError('FAILED_PRECONDITION', 'the agent has no id yet, which its topics are named by: set agent.id, or enrol it');
  return resolveTopics(config, id);
};

/** The dead letter topic of the configuration, as it is now. */
export class DeadLetters implements AsyncDisposable {
  readonly topics: Topics;
  readonly #client: KafkaClient;
  /** Absent while nothing was ever put aside. */
  readonly #topic: TopicReader | undefined;

  private constructor(topics: Topics, client: KafkaClient, topic: TopicReader | undefined) {
    this.topics = topics;
    this.#client = client;
    this.#topic = topic;
  }

  /** @throws {AxionError} when no broker answers */
  static async open(context: CommandContext): Promise<DeadLetters> {
    const { config } = context.config();
    const topics = await topicsOf(context);
    const client = createKafkaClient(await kafkaSettings(config, `cli-${process.pid}`), silentLog);
    const topic = await openTopic(client, topics.deadLetters, context.signal).catch((error: unknown) => {
      if (error instanceof AxionError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    });
    return new DeadLetters(topics, client, topic);
  }

  /** All records partition by partition, of each at most the `last` ones. */
  async *all(last = Infinity): AsyncGenerator<PlacedLetter> {
    for (const range of this.#topic?.partitions ?? []) yield* this.#read({ ...range, start: Math.max(range.start, range.end - last) });
  }

  /** @throws {AxionError} `NOT_FOUND` */
  async at(place: LetterPlace): Promise<PlacedLetter> {
    const range = this.#topic?.partitions.find(({ partition }) => partition === place.partition);
    if (range !== undefined && place.offset >= range.start) {
      for await (const found of this.#read({ ...range, start: place.offset, end: Math.min(place.offset + 1, range.end) })) return found;
    }
    const holds = range === undefined ? 'it has no such partition' : range.start === range.end ? 'that partition is empty' : `that partition holds ${range.start} to ${range.end - 1}`;
    throw new AxionError('NOT_FOUND', `there is no dead letter at ${placeText(place)} of ${this.topics.deadLetters}: ${holds}`);
  }

  /** For records that go back to where they came from; a topic that is gone is not made again. */
  sender(): RecordSender {
    return new RecordSender(this.#client, { createsTopics: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#topic?.[Symbol.asyncDispose]();
  }

  async *#read(range: PartitionRange): AsyncGenerator<PlacedLetter> {
    if (this.#topic === undefined) return;
    for await (const { partition, offset, timestamp, value } of this.#topic.read(range)) yield { partition, offset, timestamp, letter: readDeadLetter(value) };
  }
}
