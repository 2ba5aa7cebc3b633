import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { withDeadline } from '@axion/core';
import type { TracerOptions } from './tracer-options.ts';
import { readTraceparent, writeTraceparent } from './traceparent.ts';
import type { SpanStart, Tracer } from './tracer.ts';

const KINDS = { internal: SpanKind.INTERNAL, consumer: SpanKind.CONSUMER, producer: SpanKind.PRODUCER, client: SpanKind.CLIENT } as const;

/** Spans wait at most so long before they leave, ms; and at most so many wait while the collector is away. */
const BATCH = { scheduledDelayMillis: 2000, maxQueueSize: 4096, maxExportBatchSize: 512 };

/** A process that stops does not wait longer for its collector, ms. */
const CLOSE_MS = 1000;

const contextOf = (parent: string | undefined): Context => {
  const remote = readTraceparent(parent);
  return remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
};

/** Sends spans to a collector by OTLP over HTTP (opentelemetry.io/docs/specs/otlp). Parents are handed in, there is no ambient context. */
export const otlpTracer = ({ endpoint, component, instance, version, agentId }: TracerOptions): Tracer => {
  const url = /\/v1\/traces\/?$/.test(endpoint) ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `axion-${component}`,
      'service.namespace': 'axion',
      'service.instance.id': instance,
      'service.version': version,
      ...(agentId === undefined ? {} : { 'axion.agent_id': agentId }),
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), ...BATCH })],
  });
  const spans = provider.getTracer('axion', version);
  return {
    start: (name: string, { parent, kind = 'internal', attributes = {} }: SpanStart = {}) => {
      const span = spans.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent));
      return {
        traceparent: writeTraceparent(span.spanContext()),
        set: (more) => void span.setAttributes(more),
        end: () => span.end(),
        fail: (error) => {
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
          span.end();
        },
      };
    },
    close: () => withDeadline('sending the last spans', CLOSE_MS, () => provider.shutdown()).catch(() => {}),
  };
};
