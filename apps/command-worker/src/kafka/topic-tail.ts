import type Cluster from 'kafkajs/src/cluster/index.js';
import type { FetchedMessage } from 'kafkajs/src/cluster/index.js';

/** The header of an event's record that holds its sequence in the stream `EVENTS`. */
export const SEQUENCE_HEADER = 'x-axion-sequence';

const FIRST_LOOK = 256;
/** Records that are looked through at most in one partition, in case somebody else writes to the topic. */
const MOST = 65_536;
const FETCH_BYTES = 4 * 1024 * 1024;

const sequenceOf = ({ isControlRecord, headers }: FetchedMessage): number | undefined => {
  const value = headers[SEQUENCE_HEADER];
  if (isControlRecord || value === undefined) return undefined;
  const sequence = Number(String(Array.isArray(value) ? value[0] : value));
  return Number.isSafeInteger(sequence) ? sequence : undefined;
};

/**
 * The sequences above `after` that the topic holds already: what was sent, but not noted as sent.
 *
 * Each partition is read from its end backwards, until there is one of `after` or before; since sequences ascend within a
 * partition, everything newer has then been seen.
 */
export const sentAfter = async (cluster: Cluster, topic: string, after: number): Promise<ReadonlySet<number>> => {
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId, leader }) => ({ partition: partitionId, leader }));
  const [starts, ends] = [await offsetsOf(cluster, topic, partitions, true), await offsetsOf(cluster, topic, partitions, false)];
  const sent = new Set<number>();
  for (const { partition, leader } of partitions) {
    const [start, end] = [starts.get(partition) ?? 0, ends.get(partition) ?? 0];
    for (let count = FIRST_LOOK; ; count *= 4) {
      const from = Math.max(start, end - count);
      const sequences = await readSequences(cluster, { topic, partition, leader, from, end });
      for (const sequence of sequences) if (sequence > after) sent.add(sequence);
      if (from === start || count >= MOST || sequences.some((sequence) => sequence <= after)) break;
    }
  }
  return sent;
};

const offsetsOf = async (cluster: Cluster, topic: string, partitions: readonly { partition: number }[], fromBeginning: boolean): Promise<ReadonlyMap<number, number>> => {
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: partitions.map(({ partition }) => ({ partition })), fromBeginning }]);
  return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
};

interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly from: number;
  readonly end: number;
}

const readSequences = async (cluster: Cluster, { topic, partition, leader, from, end }: Stretch): Promise<readonly number[]> => {
  const broker = await cluster.findBroker({ nodeId: leader });
  const sequences: number[] = [];
  for (let at = from; at < end; ) {
    const { responses } = await broker.fetch({
      isolationLevel: 0,
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(at), maxBytes: FETCH_BYTES }] }],
    });
    const messages = responses[0]?.partitions[0]?.messages ?? [];
    for (const message of messages) sequences.push(...[sequenceOf(message) ?? []].flat());
    // Nothing although it is not the end: the rest was compacted or deleted meanwhile.
    const last = messages.at(-1);
    if (last === undefined) break;
    at = Math.max(at + 1, Number(last.offset) + 1);
  }
  return sequences;
};
