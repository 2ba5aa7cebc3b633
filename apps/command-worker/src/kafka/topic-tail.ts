import type { EventBody } from '@axion/contracts';
import { partitionRanges, readRange } from '@axion/kafka';
import type { Cluster, FetchedMessage } from '@axion/kafka';

/** The header of an event's record that says where on the bus it came from. */
export const POSITION_HEADER = 'x-axion-position';

/** A place in a stream of the bus; of a stream that was replaced, the sequences begin anew. */
export interface StreamPosition {
  /** When the stream was created, milliseconds since 1970. */
  readonly stream: number;
  readonly sequence: number;
}

export const positionText = ({ stream, sequence }: StreamPosition): string => `${stream}-${sequence}`;

/** What the tail of the events topic tells of the stream that is sent now. */
export interface TopicTail {
  /** Ids of the events behind the noted position that were sent. */
  readonly sent: ReadonlySet<string>;
  /** The last sequence of the stream that is there, or 0. */
  readonly newest: number;
}

export interface TailQuery {
  readonly topic: string;
  /** Whose records tell how far back is enough; others may write to the topic too. */
  readonly agentId: string;
  readonly after: StreamPosition;
}

const FIRST_LOOK = 256;
/** Records that are looked through at most in one partition, in case others write to the topic. */
const MOST = 65_536;
const positionOf = ({ isControlRecord, headers }: FetchedMessage): StreamPosition | undefined => {
  const value = headers[POSITION_HEADER];
  if (isControlRecord || value === undefined) return undefined;
  const [stream = NaN, sequence = NaN] = String(Array.isArray(value) ? value[0] : value).split('-').map(Number);
  return Number.isSafeInteger(stream) && Number.isSafeInteger(sequence) ? { stream, sequence } : undefined;
};

const bodyOf = ({ value }: FetchedMessage): Partial<EventBody> => {
  try {
    return (JSON.parse(String(value)) as Partial<EventBody> | null) ?? {};
  } catch {
    // Somebody else's.
    return {};
  }
};

/**
 * The events behind `after` that the topic holds already: what was sent, but not noted as sent. They are told by their ids, because
 * a bus that was restored from a backup gives the same sequences to other events.
 *
 * Each partition is read from its end backwards, until there is a record of `after` or before, or one that this agent sent from an
 * earlier stream; since what one process sends ascends within a partition, everything newer has then been seen.
 */
export const readTail = async (cluster: Cluster, { topic, agentId, after }: TailQuery): Promise<TopicTail> => {
  const sent = new Set<string>();
  let newest = 0;
  /** Takes what is behind `after`. @returns whether the record is from before it */
  const take = (message: FetchedMessage): boolean => {
    const position = positionOf(message);
    if (position === undefined) return false;
    const { stream, sequence } = position;
    if (stream !== after.stream) return stream < after.stream && bodyOf(message).agent_id === agentId;
    newest = Math.max(newest, sequence);
    if (sequence <= after.sequence) return true;
    const { event_id: id } = bodyOf(message);
    if (id !== undefined) sent.add(id);
    return false;
  };
  for (const range of await partitionRanges(cluster, topic)) {
    for (let count = FIRST_LOOK; ; count *= 4) {
      const start = Math.max(range.start, range.end - count);
      let reached = start === range.start || count >= MOST;
      for await (const message of readRange(cluster, { ...range, start })) if (take(message)) reached = true;
      if (reached) break;
    }
  }
  return { sent, newest };
};
