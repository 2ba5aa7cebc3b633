export { openTracer } from './open-tracer.ts';
export type { TracerOptions } from './tracer-options.ts';
export { silentTracer } from './silent-tracer.ts';
export { traced } from './tracer.ts';
export type { Span, SpanAttributes, SpanStart, Tracer } from './tracer.ts';
export { commandTraces, traceHeaders } from './command-trace.ts';
export type { CommandTrace } from './command-trace.ts';
