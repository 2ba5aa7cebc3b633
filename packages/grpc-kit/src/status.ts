import { AxionError, type ErrorCode } from '@axion/core';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { type CallMetadata, redact } from './call-metadata.ts';

const REASON_KEY = 'axion-reason';

const CODES: Readonly<Record<number, ErrorCode>> = {
  [status.CANCELLED]: 'CANCELLED',
  [status.UNKNOWN]: 'INTERNAL',
  [status.INVALID_ARGUMENT]: 'INVALID_ARGUMENT',
  [status.DEADLINE_EXCEEDED]: 'DEADLINE_EXCEEDED',
  [status.NOT_FOUND]: 'NOT_FOUND',
  [status.ALREADY_EXISTS]: 'ALREADY_EXISTS',
  [status.PERMISSION_DENIED]: 'PERMISSION_DENIED',
  [status.RESOURCE_EXHAUSTED]: 'RESOURCE_EXHAUSTED',
  [status.FAILED_PRECONDITION]: 'FAILED_PRECONDITION',
  [status.ABORTED]: 'ABORTED',
  [status.OUT_OF_RANGE]: 'INVALID_ARGUMENT',
  [status.UNIMPLEMENTED]: 'UNIMPLEMENTED',
  [status.INTERNAL]: 'INTERNAL',
  [status.UNAVAILABLE]: 'UNAVAILABLE',
  [status.DATA_LOSS]: 'DATA_LOSS',
  [status.UNAUTHENTICATED]: 'UNAUTHENTICATED',
};

/**
 * What a call failed with, in the agent's words. gRPC's own error is not kept as the cause: it quotes the server, and the
 * server may quote the token.
 */
export const fromServiceError = (error: ServiceError, call: { readonly method: string; readonly server: string; readonly sent: CallMetadata }): AxionError => {
  const code = CODES[error.code] ?? 'INTERNAL';
  const said = redact(error.details, call.sent).slice(0, 500);
  const reason = error.metadata.get(REASON_KEY)[0];
  return new AxionError(code, `${call.method} at ${call.server} failed: ${said === '' ? code : said}`, {
    ...(reason === undefined ? {} : { reason: redact(reason.toString(), call.sent) }),
    details: { method: call.method, server: call.server },
  });
};

/** The status a server answers with. What is not an `AxionError` is a defect of ours: the peer learns no more than that. */
export const toServiceError = (thrown: unknown): { readonly code: status; readonly details: string; readonly metadata: Metadata } => {
  const metadata = new Metadata();
  if (!(thrown instanceof AxionError)) return { code: status.INTERNAL, details: 'the server failed; its log has the reason', metadata };
  if (thrown.reason !== undefined) metadata.set(REASON_KEY, thrown.reason);
  return { code: status[thrown.code], details: thrown.message, metadata };
};
