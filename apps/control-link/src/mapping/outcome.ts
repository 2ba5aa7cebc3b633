import { AxionError, type ErrorCode } from '@axion/core';
import { type Error as WireError, Status } from '@axion/contracts/proto/axion/common/common';

type Result<T> = { readonly $case: 'error'; readonly error: WireError } | { readonly $case: 'data'; readonly data: T } | undefined;

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'CANCELLED',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]);

/**
 * The data of an answer. A call that gRPC calls successful can still carry a refusal: in `error`, or in `status` alone.
 *
 * @param clean takes the agent's secrets out of what the server says
 * @throws {AxionError} with the answer's code where it is one of gRPC's, else `FAILED_PRECONDITION` with it as the reason
 */
export const dataOf = <T>(call: string, answer: { readonly status: Status; readonly result?: Result<T> | undefined }, clean: (text: string) => string): T => {
  const { status, result } = answer;
  if (result?.$case === 'error' || status === Status.ERROR) {
    const error = result?.$case === 'error' ? result.error : undefined;
    const code = clean(error?.code ?? '').toUpperCase();
    const known = CODES.has(code);
    const message = `the control plane refused ${call}: ${clean(error?.message ?? '') || code || 'without a reason'}`;
    if (known) throw new AxionError(code as ErrorCode, message);
    throw new AxionError('FAILED_PRECONDITION', message, code === '' ? {} : { reason: code });
  }
  if (result === undefined) throw new AxionError('DATA_LOSS', `the control plane's answer to ${call} is empty`);
  return result.data;
};
