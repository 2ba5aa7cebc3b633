import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openTracer, traced } from '../src/index.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status?: { readonly code?: number; readonly message?: string };
}

/** A collector that keeps what it is sent. */
const collector = async () => {
  const spans: SentSpan[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] };
    spans.push(...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
};

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const who = { component: 'test', instance: '1', version: '0' };

test('a trace goes on where its parent left off, and a child goes on where this span is', async () => {
  const { url, spans } = await collector();
  const tracer = await openTracer({ ...who, endpoint: url });
  await traced(tracer, 'outer', { parent: PARENT, kind: 'consumer' }, async (outer) => {
    const failing = traced(tracer, 'inner', { parent: outer.traceparent }, () => Promise.reject(new Error('no such image')));
    await expect(failing).rejects.toThrow('no such image');
  });
  await tracer.close();
  const [inner, outer] = spans;
  expect(outer).toMatchObject({ name: 'outer', traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' });
  expect(inner).toMatchObject({ name: 'inner', traceId: outer!.traceId, parentSpanId: outer!.spanId, status: { code: 2, message: 'no such image' } });
});

test('without an endpoint nothing is sent and the parent is handed on', async () => {
  const tracer = await openTracer({ ...who, endpoint: '' });
  expect(tracer.start('x', { parent: PARENT }).traceparent).toBe(PARENT);
  await tracer.close();
});

test('a collector that is away costs nothing but the spans', async () => {
  const tracer = await openTracer({ ...who, endpoint: 'http://127.0.0.1:9' });
  tracer.start('x').end();
  await tracer.close();
});
