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

const FIRST_LOOK = 256;
/** Records that are looked through at most in one partition, in case somebody else writes to the topic. */
const MOST = 65_536;
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
  const sent = new Set<number>();
  const isNewer = ({ stream, sequence }: StreamPosition): boolean => stream === after.stream && sequence > after.sequence;
  for (const range of await partitionRanges(cluster, topic)) {
    for (let count = FIRST_LOOK; ; count *= 4) {
      const start = Math.max(range.start, range.end - count);
      let reached = start === range.start || count >= MOST;
      for await (const message of readRange(cluster, { ...range, start })) {
        const position = positionOf(message);
        if (position === undefined) continue;
        if (isNewer(position)) sent.add(position.sequence);
        else reached = true;
      }
      if (reached) break;
    }
  }
  return sent;
};
