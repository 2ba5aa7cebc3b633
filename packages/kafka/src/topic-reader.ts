import { untilAborted, withDeadline } from '@axion/core';
import type { KafkaClient } from './kafka-client.ts';
import { kafkaError } from './kafka-error.ts';
import type { TimedRecord } from './kafka-record.ts';
import { firstValues } from './record-headers.ts';
import { partitionRanges, readRange } from './topic-range.ts';
import type { PartitionRange } from './topic-range.ts';

const CLOSE_BUDGET = 2000;

/** A topic as it was when it was opened: read from where one likes, without a consumer group that would remember. */
export interface TopicReader extends AsyncDisposable {
  readonly partitions: readonly PartitionRange[];
  /** The records of one range, in order. @throws {AxionError} */
  read(range: PartitionRange): AsyncIterable<TimedRecord>;
}

/** @throws {AxionError} `NOT_FOUND` when the topic does not exist; it is not made */
export const openTopic = async (client: KafkaClient, topic: string, signal: AbortSignal): Promise<TopicReader> => {
  const cluster = client.cluster({ createsTopics: false });
  const close = (): Promise<void> => withDeadline('disconnect from Kafka', CLOSE_BUDGET, () => cluster.disconnect()).catch(() => undefined);
  try {
    await untilAborted(cluster.connect(), signal);
    await untilAborted(cluster.addTargetTopic(topic), signal);
    return {
      partitions: await untilAborted(partitionRanges(cluster, topic), signal),
      async *read(range) {
        try {
          for await (const { offset, timestamp, isControlRecord, key, value, headers } of readRange(cluster, range)) {
            signal.throwIfAborted();
            if (isControlRecord) continue;
            const { partition } = range;
            yield { topic, partition, offset: Number(offset), timestamp: Number(timestamp), key: key ?? undefined, value: value ?? undefined, headers: firstValues(headers) };
          }
        } catch (error) {
          throw kafkaError(`read ${topic}`, error);
        }
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw kafkaError(`read ${topic}`, error);
  }
};
