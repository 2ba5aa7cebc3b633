import { REPLAY_HEADER } from '@axion/contracts';
import type { DeadLetter } from '@axion/contracts';
import type { AxionError } from '@axion/core';
import type { KafkaRecord, OutgoingRecord } from '@axion/kafka';

const text = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const asObject = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

/** What can be known of an envelope that was refused: never throws. */
const glance = (json: string | undefined): { correlationId?: string; attempts: number } => {
  try {
    const { correlation_id: id, metadata } = asObject(JSON.parse(json ?? ''));
    const { retry_attempt: attempts } = asObject(metadata);
    return { ...(typeof id === 'string' ? { correlationId: id } : {}), attempts: Number.isSafeInteger(attempts) ? (attempts as number) : 0 };
  } catch {
    return { attempts: 0 };
  }
};

/** Whether a record that could not be handled goes to the dead letter topic: one that came from there does not go back. */
export const mayBeDeadLettered = (record: KafkaRecord): boolean => !(REPLAY_HEADER in record.headers);

/**
 * The dead letter of `record`.
 *
 * @param limit the most bytes of the payload that are taken along; the topic takes no larger messages than others do
 */
export const deadLetterOf = (record: KafkaRecord, error: AxionError, now: number, limit = Infinity): OutgoingRecord => {
  const value = record.value ?? new Uint8Array();
  const cut = value.byteLength > limit;
  const whole = text(value);
  const payload = cut ? value.subarray(0, limit) : value;
  const shown = cut ? text(payload) : whole;
  const { correlationId, attempts } = glance(whole);
  const letter: DeadLetter = {
    originalTopic: record.topic,
    originalKey: record.key === undefined ? null : Buffer.from(record.key).toString('utf8'),
    originalHeaders: record.headers,
    originalPayload: record.value === undefined ? null : (shown ?? Buffer.from(payload).toString('base64')),
    originalPayloadEncoding: shown === undefined ? 'base64' : 'utf-8',
    ...(cut ? { originalPayloadBytes: value.byteLength } : {}),
    attempt: attempts + 1,
    error: { message: error.message, code: error.reason ?? error.code },
    dlqTimestamp: now,
    serviceName: 'runner-agent-service',
    correlationId: correlationId ?? record.headers['x-correlation-id'] ?? null,
  };
  return { key: record.key ?? null, value: JSON.stringify(letter), headers: letter.correlationId === null ? {} : { 'x-correlation-id': letter.correlationId } };
};
