/** One record of a topic. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | undefined;
  /** Absent: a tombstone. */
  readonly value: Uint8Array | undefined;
  /** As UTF-8; of a header that comes several times, the first. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A record with the time that its producer, or the broker, gave it: milliseconds since 1970. */
export interface TimedRecord extends KafkaRecord {
  readonly timestamp: number;
}

/** A record to send. */
export interface OutgoingRecord {
  readonly key: string | Uint8Array | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}
