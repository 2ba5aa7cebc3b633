/**
 * What went wrong, as gRPC's canonical codes say it (https://grpc.io/docs/guides/status-codes/), so that every door of
 * the agent (Kafka, gRPC, HTTP, command line) can translate an error without guessing.
 */
export type ErrorCode =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

/** Values that may leave the host with an error: never a secret, never a whole input. */
export type SafeDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface AxionErrorOptions {
  /** The specific reason in the words of the domain, e.g. `IMAGE_NOT_FOUND`. */
  readonly reason?: string;
  /** Whether the same call can succeed later without anybody changing it. Default: by code. */
  readonly retryable?: boolean;
  readonly details?: SafeDetails;
  readonly cause?: unknown;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'ABORTED', 'RESOURCE_EXHAUSTED']);

/** The one error type of the agent. Adapters translate library errors into it once; its message tells a person what to do. */
export class AxionError extends Error {
  override readonly name: string = 'AxionError';
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly retryable: boolean;
  readonly details: SafeDetails;

  constructor(code: ErrorCode, message: string, options: AxionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.reason = options.reason;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.details = options.details ?? {};
  }

  /** What may be sent or logged: no stack, no cause. */
  toJSON(): ErrorReport {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
    };
  }
}

/** The form in which an error travels over the bus and in events. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly reason?: string;
  readonly details?: SafeDetails;
}

/** Whatever was thrown, as an `AxionError`; what is not one yet becomes `INTERNAL` with its message and itself as the cause. */
export const asAxionError = (thrown: unknown): AxionError => {
  if (thrown instanceof AxionError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new AxionError('CANCELLED', 'the operation was cancelled', { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AxionError('INTERNAL', message, { cause: thrown });
};

/** Rebuilds an error that arrived over the bus. */
export const errorFromReport = (report: ErrorReport): AxionError =>
  new AxionError(report.code, report.message, {
    retryable: report.retryable,
    ...(report.reason === undefined ? {} : { reason: report.reason }),
    ...(report.details === undefined ? {} : { details: report.details }),
  });
