import type { Cluster, FetchedMessage } from './kafkajs.ts';

const FETCH_BYTES = 4 * 1024 * 1024;
const MAX_WAIT_MS = 500;
/** Read uncommitted. */
const EVERYTHING = 0;

/** What a partition holds: offsets from `start` up to, and without, `end`. */
export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly start: number;
  readonly end: number;
}

/** The partitions of a topic that the cluster was told of. */
export const partitionRanges = async (cluster: Cluster, topic: string): Promise<readonly PartitionRange[]> => {
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId, leader }) => ({ partition: partitionId, leader }));
  const offsets = async (fromBeginning: boolean): Promise<ReadonlyMap<number, number>> => {
    const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: partitions.map(({ partition }) => ({ partition })), fromBeginning }]);
    return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  };
  const [starts, ends] = [await offsets(true), await offsets(false)];
  return partitions.map((at) => ({ topic, ...at, start: starts.get(at.partition) ?? 0, end: ends.get(at.partition) ?? 0 }));
};

/** The records of a range in order, without a consumer group. A fetch may begin before what was asked for, and those are left out. */
export async function* readRange(cluster: Cluster, { topic, partition, leader, start, end }: PartitionRange): AsyncGenerator<FetchedMessage> {
  const broker = await cluster.findBroker({ nodeId: leader });
  for (let at = start; at < end; ) {
    const { responses } = await broker.fetch({
      isolationLevel: EVERYTHING,
      maxWaitTime: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(at), maxBytes: FETCH_BYTES }] }],
    });
    const messages = responses[0]?.partitions[0]?.messages ?? [];
    for (const message of messages) if (Number(message.offset) >= at && Number(message.offset) < end) yield message;
    // Nothing although it is not the end: the rest was compacted or deleted meanwhile.
    const last = messages.at(-1);
    if (last === undefined) return;
    at = Math.max(at + 1, Number(last.offset) + 1);
  }
}
