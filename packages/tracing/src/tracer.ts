/** A step of a trace. Its times are taken at `start` and at `end` or `fail`; whatever comes after its end is ignored. */
export interface Span {
  /** Names this span to whoever goes on with the trace (W3C Trace Context), `undefined` when nobody traces and no parent was given. */
  readonly traceparent: string | undefined;
  /** Facts that are safe to send. */
  set(attributes: SpanAttributes): void;
  end(): void;
  /** Ends it as failed, with the error's message. */
  fail(error: unknown): void;
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** The `traceparent` that the work came with; a span without one begins a trace. Rubbish counts as none. */
  readonly parent?: string | undefined;
  /** `consumer` and `producer` cross a queue, `client` calls another program. Default `internal`. */
  readonly kind?: 'internal' | 'consumer' | 'producer' | 'client';
  readonly attributes?: SpanAttributes;
}

/** Where spans are started. */
export interface Tracer {
  start(name: string, options?: SpanStart): Span;
  /** Sends what was not sent yet, then closes; errors are swallowed: a trace is never worth a failure. */
  close(): Promise<void>;
}

/** Runs `work` in a span: ended when it is done, failed when it throws. */
export const traced = async <T>(tracer: Tracer, name: string, options: SpanStart, work: (span: Span) => Promise<T>): Promise<T> => {
  const span = tracer.start(name, options);
  try {
    const result = await work(span);
    span.end();
    return result;
  } catch (error) {
    span.fail(error);
    throw error;
  }
};
