import type { SequencedEvent } from '@axion/bus';
import { traceHeaders } from '@axion/tracing';
import type { Span, Tracer } from '@axion/tracing';

/** An event on its way to Kafka. */
export interface Sending {
  /** Whoever reads it goes on with its trace after the span. */
  readonly event: SequencedEvent;
  /** Absent: the event belongs to no trace, and none is begun for it. */
  readonly span: Span | undefined;
}

export const sending = (event: SequencedEvent, tracer: Tracer): Sending => {
  const { traceparent: parent } = event.headers;
  if (parent === undefined) return { event, span: undefined };
  const { event_id: id, event_type: type } = event.body;
  const span = tracer.start('send event', { kind: 'producer', parent, attributes: { 'messaging.system': 'kafka', 'axion.event_id': id, 'axion.event_type': type, 'axion.key': event.key } });
  return { event: { ...event, headers: { ...event.headers, ...traceHeaders(span.traceparent) } }, span };
};
