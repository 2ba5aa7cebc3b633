import type { Tracer } from './tracer.ts';

/** What a trace says of a command. */
interface TracedCommand {
  readonly type: string;
  readonly commandId: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The span of one execution, in the form that the bus' command loop takes. */
export interface CommandTrace {
  /** In place of the command's own: with them its handler and its events go on. */
  readonly headers: Readonly<Record<string, string>>;
  end(outcome: 'completed' | 'failed' | 'handed_back'): void;
}

/** Spans `execute <type>`, below the span that is named in the command's headers. */
export const commandTraces =
  (tracer: Tracer) =>
  ({ type, commandId, key, headers }: TracedCommand): CommandTrace => {
    const span = tracer.start(`execute ${type}`, { parent: headers['traceparent'], attributes: { 'axion.command_id': commandId, 'axion.command_type': type, 'axion.key': key } });
    return {
      headers: traceHeaders(span.traceparent),
      end: (outcome) => {
        span.set({ 'axion.outcome': outcome });
        if (outcome === 'failed') span.fail('the command failed; its terminal event says why');
        else span.end();
      },
    };
  };

/** The header that names a span to whoever goes on; none where nobody traces. */
export const traceHeaders = (traceparent: string | undefined): Readonly<Record<string, string>> => (traceparent === undefined ? {} : { traceparent });
