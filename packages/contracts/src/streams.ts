/** A stream, as data; `packages/bus` makes the server agree with it. Sizes in megabytes (1024 × 1024), times in seconds. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  /** Share of the store; all shares shrink together where `max_store_mb` is smaller than their sum. */
  readonly maxMb: number;
  readonly maxAgeSeconds?: number;
  /** When full: `new` refuses what comes (backpressure), `old` drops what is oldest. */
  readonly discard: 'new' | 'old';
  /** For how long a message id is remembered, so that publishing again is no second message. */
  readonly duplicateWindowSeconds: number;
  /** What the server repeats after a message is on disk: all of it, or its headers only. */
  readonly repeat: 'message' | 'headers';
  /** Keep the last message of each subject only. */
  readonly lastOnly?: boolean;
}

const DAY = 24 * 3600;

export const STREAMS = {
  /** A limits stream from which the executor deletes a command when it is done: several instances see one queue in one order. */
  COMMANDS: { name: 'COMMANDS', subjects: ['axion.cmd.>'], maxMb: 160, discard: 'new', duplicateWindowSeconds: 3600, repeat: 'message' },
  EVENTS: { name: 'EVENTS', subjects: ['axion.evt.>'], maxMb: 256, maxAgeSeconds: 7 * DAY, discard: 'old', duplicateWindowSeconds: DAY, repeat: 'message' },
  /** `[telemetry].buffer_mb` replaces `maxMb`. */
  TELEMETRY: { name: 'TELEMETRY', subjects: ['axion.tel.>'], maxMb: 64, maxAgeSeconds: 7 * DAY, discard: 'old', duplicateWindowSeconds: 60, repeat: 'headers' },
} as const satisfies Record<string, StreamSpec>;

export type StreamName = keyof typeof STREAMS;

/** A bucket holds the last value of each key. Keys are tokens of letters, digits, `_`, `-`, `=`, joined by dots. */
interface BucketSpec {
  readonly maxMb: number;
  /** A value is forgotten so many seconds after it was written. */
  readonly ttlSeconds?: number;
  readonly discard?: 'new' | 'old';
}

export const BUCKETS = {
  identity: { maxMb: 1 },
  projects: { maxMb: 16 },
  revisions: { maxMb: 128 },
  workloads: { maxMb: 32 },
  /** Outcomes of commands. When full the oldest go first: an agent that can no longer record would have to stop working. */
  ledger: { maxMb: 128, ttlSeconds: 7 * DAY, discard: 'old' },
  updates: { maxMb: 4 },
  leases: { maxMb: 4, ttlSeconds: 15 },
  inventory: { maxMb: 32 },
  /** How far a reader of a stream has come; `kafka-outbox` is command-worker's. */
  cursors: { maxMb: 1 },
} as const satisfies Record<string, BucketSpec>;

export type BucketName = keyof typeof BUCKETS;

/** How long a lease lasts without renewal, seconds. */
export const LEASE_TTL_SECONDS = BUCKETS.leases.ttlSeconds;

/** The stream that carries a bucket, laid out as every NATS client lays out its key-value buckets. */
export const bucketStream = (bucket: BucketName): StreamSpec => {
  const spec: BucketSpec = BUCKETS[bucket];
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    maxMb: spec.maxMb,
    ...(spec.ttlSeconds === undefined ? {} : { maxAgeSeconds: spec.ttlSeconds }),
    discard: spec.discard ?? 'new',
    duplicateWindowSeconds: Math.min(120, spec.ttlSeconds ?? 120),
    repeat: 'message',
    lastOnly: true,
  };
};

/** Every stream of the bus. */
export const allStreams = (): readonly StreamSpec[] => [...Object.values(STREAMS), ...(Object.keys(BUCKETS) as BucketName[]).map(bucketStream)];
