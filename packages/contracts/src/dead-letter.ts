import * as v from 'valibot';

/** The header of a record that an operator sent again from the dead letter topic: it is not put aside a second time. */
export const REPLAY_HEADER = 'x-dlq-replay';

const deadLetter = v.object({
  originalTopic: v.string(),
  originalKey: v.nullable(v.string()),
  originalHeaders: v.record(v.string(), v.string()),
  /** The record's value as text, or as base64 where it is not UTF-8; `null`: it had none. */
  originalPayload: v.nullable(v.string()),
  originalPayloadEncoding: v.optional(v.picklist(['utf-8', 'base64']), 'utf-8'),
  /** Set where only the beginning of the payload fitted: its whole size. */
  originalPayloadBytes: v.optional(v.number()),
  attempt: v.number(),
  error: v.object({ message: v.string(), code: v.string() }),
  /** Milliseconds since 1970. */
  dlqTimestamp: v.number(),
  serviceName: v.string(),
  correlationId: v.nullable(v.string()),
});

/** What the outer contract (section 2) says of a record that could not be handled. */
export type DeadLetter = v.InferOutput<typeof deadLetter>;

/** Reads a record of the dead letter topic; `undefined` for what is no dead letter. Several writers may share the topic. */
export const readDeadLetter = (bytes: Uint8Array | undefined): DeadLetter | undefined => {
  try {
    const read = v.safeParse(deadLetter, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
};
