import { AxionError } from '@axion/core';
import type { ErrorCode } from '@axion/core';

interface KafkaError {
  readonly name?: unknown;
  readonly message?: unknown;
  /** Kafka's own name of a protocol error. */
  readonly type?: unknown;
  readonly cause?: unknown;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'NOT_FOUND',
  MESSAGE_TOO_LARGE: 'INVALID_ARGUMENT',
  RECORD_LIST_TOO_LARGE: 'INVALID_ARGUMENT',
  TOPIC_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
  GROUP_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
  CLUSTER_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
  SASL_AUTHENTICATION_FAILED: 'UNAUTHENTICATED',
  INVALID_PRODUCER_EPOCH: 'ABORTED',
  PRODUCER_FENCED: 'ABORTED',
};

/** Kafka's name of the protocol error that is `thrown` or lies under it, e.g. `UNKNOWN_TOPIC_OR_PARTITION`. */
export const kafkaErrorType = (thrown: unknown): string | undefined => {
  for (let error = thrown as KafkaError | undefined; typeof error === 'object' && error !== null; error = error.cause as KafkaError | undefined) {
    if (typeof error.type === 'string') return error.type;
    if (error.name === 'KafkaJSSASLAuthenticationError') return 'SASL_AUTHENTICATION_FAILED';
  }
  return undefined;
};

/** Whether the members of the group are being told apart again; kafkajs joins again by itself. */
export const isRebalance = (thrown: unknown): boolean =>
  ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP'].includes(kafkaErrorType(thrown) ?? '');

/** An error of kafkajs in the agent's terms: all but a message that is too large may go away by itself or by an operator. */
export const kafkaError = (what: string, thrown: unknown): AxionError => {
  if (thrown instanceof AxionError) return thrown;
  const type = kafkaErrorType(thrown);
  const code = (type === undefined ? undefined : CODES[type]) ?? 'UNAVAILABLE';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AxionError(code, `${what}: ${message}`, { retryable: code !== 'INVALID_ARGUMENT', cause: thrown, ...(type === undefined ? {} : { reason: type }) });
};
