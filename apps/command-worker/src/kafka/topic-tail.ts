import type Cluster from 'kafkajs/src/cluster/index.js';
import type { FetchedMessage } from 'kafkajs/src/cluster/index.js';

/** The header of an event's record that says where on the bus it came from. */
export const POSITION_HEADER = 'x-axion-position';

/** A place in a stream of the bus; of a stream that was replaced, the sequences begin anew. */
export interface StreamPosition {
  /** When the stream was created, milliseconds since 1970. */
  readonly stream: number;
  readonly sequence: number;
}

export const positionText = ({ stream, sequence }: StreamPosition): string => `${stream}-${sequence}`;

const FIRST_LOOK = 256;
/** Records that are looked through at most in one partition, in case somebody else writes to the topic. */
const MOST = 65_536;
const FETCH_BYTES = 4 * 1024 * 1024;

const positionOf = ({ isControlRecord, headers }: FetchedMessage): StreamPosition | undefined => {
  const value = headers[POSITION_HEADER];
  if (isControlRecord || value === undefined) return undefined;
  const [stream = NaN, sequence = NaN] = String(Array.isArray(value) ? value[0] : value).split('-').map(Number);
  return Number.isSafeInteger(stream) && Number.isSafeInteger(sequence) ? { stream, sequence } : undefined;
};

/**
 * The sequences behind `after` that the topic holds already: what was sent, but not noted as sent.
 *
 * Each partition is read from its end backwards, until there is one of `after` or before, or of an earlier stream; since
 * sequences ascend within a partition, everything newer has then been seen.
 */
export const sentAfter = async (cluster: Cluster, topic: string, after: StreamPosition): Promise<ReadonlySet<number>> => {
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId, leader }) => ({ partition: partitionId, leader }));
  const [starts, ends] = [await offsetsOf(cluster, topic, partitions, true), await offsetsOf(cluster, topic, partitions, false)];
  const sent = new Set<number>();
  const isNewer = ({ stream, sequence }: StreamPosition): boolean => stream === after.stream && sequence > after.sequence;
  for (const { partition, leader } of partitions) {
    const [start, end] = [starts.get(partition) ?? 0, ends.get(partition) ?? 0];
    for (let count = FIRST_LOOK; ; count *= 4) {
      const from = Math.max(start, end - count);
      const positions = await readPositions(cluster, { topic, partition, leader, from, end });
      for (const { sequence } of positions.filter(isNewer)) sent.add(sequence);
      if (from === start || count >= MOST || !positions.every(isNewer)) break;
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

const readPositions = async (cluster: Cluster, { topic, partition, leader, from, end }: Stretch): Promise<readonly StreamPosition[]> => {
  const broker = await cluster.findBroker({ nodeId: leader });
  const positions: StreamPosition[] = [];
  for (let at = from; at < end; ) {
    const { responses } = await broker.fetch({
      isolationLevel: 0,
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(at), maxBytes: FETCH_BYTES }] }],
    });
    const messages = responses[0]?.partitions[0]?.messages ?? [];
    positions.push(...messages.flatMap((message) => positionOf(message) ?? []));
    // Nothing although it is not the end: the rest was compacted or deleted meanwhile.
    const last = messages.at(-1);
    if (last === undefined) break;
    at = Math.max(at + 1, Number(last.offset) + 1);
  }
  return positions;
};
