import { AxionError } from '@axion/core';
import type { ErrorCode } from '@axion/core';

/** The error object in an answer of the JetStream API. */
export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/** JetStream's own numbers (nats-server, server/errors.json) where its HTTP-like code says too little. */
const BY_NUMBER: Readonly<Record<number, ErrorCode>> = {
  10023: 'RESOURCE_EXHAUSTED', // insufficient resources
  10028: 'RESOURCE_EXHAUSTED', // account storage resources exceeded
  10037: 'NOT_FOUND', // no message found
  10043: 'NOT_FOUND', // sequence not found
  10047: 'RESOURCE_EXHAUSTED', // insufficient storage resources for a new stream
  10054: 'INVALID_ARGUMENT', // message size exceeds the maximum
  10059: 'NOT_FOUND', // stream not found
  10071: 'ABORTED', // wrong last sequence
  10077: 'RESOURCE_EXHAUSTED', // maximum messages, bytes or age exceeded
  10118: 'RESOURCE_EXHAUSTED', // resource limits exceeded
  10164: 'ABORTED', // wrong last sequence, by subject
};

/** What the server's store answered, in the agent's words. */
export const fromApiError = (what: string, error: ApiError): AxionError => {
  const code = BY_NUMBER[error.err_code ?? 0] ?? (error.code === 404 ? 'NOT_FOUND' : error.code === 503 ? 'UNAVAILABLE' : 'INTERNAL');
  return new AxionError(code, `${what}: ${error.description ?? 'the bus refused it'}`, {
    details: { bus_code: error.code, ...(error.err_code === undefined ? {} : { bus_error: error.err_code }) },
  });
};

/** What the client library threw, in the agent's words. Its codes: nats.js `ErrorCode`. */
export const fromNatsError = (what: string, thrown: unknown): AxionError => {
  if (thrown instanceof AxionError) return thrown;
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  switch (code) {
    case 'TIMEOUT':
      return new AxionError('DEADLINE_EXCEEDED', `${what}: the bus did not answer in time`, { cause: thrown });
    case '503':
      return new AxionError('UNAVAILABLE', `${what}: nobody answers on the bus`, { cause: thrown });
    case 'PERMISSIONS_VIOLATION':
      return new AxionError('PERMISSION_DENIED', `${what}: these bus credentials do not allow it`, { cause: thrown });
    case 'AUTHORIZATION_VIOLATION':
    case 'AUTHENTICATION_EXPIRED':
    case 'BAD_AUTHENTICATION':
      return new AxionError('UNAUTHENTICATED', `${what}: the bus does not know these credentials; create them again where the bus was set up`, { cause: thrown });
    case 'MAX_PAYLOAD_EXCEEDED':
      return new AxionError('INVALID_ARGUMENT', `${what}: the message is too large for the bus`, { cause: thrown });
    default:
      return new AxionError('UNAVAILABLE', `${what}: the connection to the bus is closed or broken`, { cause: thrown });
  }
};
