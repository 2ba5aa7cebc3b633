import { withDeadline } from '@axion/core';
import type { Admin, KafkaClient } from '@axion/kafka';

const ANSWER_MS = 1500;

/** How far a consumer group is behind the end of its topic. Connects with the first question. */
export class TopicLag {
  readonly #client: KafkaClient;
  #admin: Promise<Admin> | undefined;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  /** Records behind the committed offsets; `undefined` when Kafka does not answer soon. */
  async records(topic: string, group: string): Promise<number | undefined> {
    try {
      return await withDeadline('ask for the lag', ANSWER_MS, () => this.#ask(topic, group));
    } catch {
      await this.close();
      return undefined;
    }
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await withDeadline('disconnect from Kafka', ANSWER_MS, async () => (await admin)?.disconnect()).catch(() => undefined);
  }

  async #ask(topic: string, group: string): Promise<number> {
    const admin = await (this.#admin ??= this.#connect());
    const [ends, [committed]] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchOffsets({ groupId: group, topics: [topic] })]);
    const done = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return ends.reduce((sum, { partition, high, low }) => sum + Number(high) - Math.max(done.get(partition) ?? 0, Number(low)), 0);
  }

  async #connect(): Promise<Admin> {
    const admin = this.#client.kafka.admin();
    await admin.connect();
    return admin;
  }
}
