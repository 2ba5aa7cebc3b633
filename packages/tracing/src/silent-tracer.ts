import type { Tracer } from './tracer.ts';

/** Traces nothing, and hands a parent on, so that a trace that passes through the agent stays whole. */
export const silentTracer: Tracer = {
  start: (_name, options) => ({ traceparent: options?.parent, set: () => {}, end: () => {}, fail: () => {} }),
  close: () => Promise.resolve(),
};
