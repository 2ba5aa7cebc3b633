import { expect, test } from 'vitest';
import { startOtlpCollector } from '@axion/testkit';
import { commandTraces, openTracer, silentTracer, traced } from '../src/index.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const who = { component: 'test', instance: '1', version: '0' };

test('a trace goes on where its parent left off, and a child goes on where this span is', async () => {
  using collector = await startOtlpCollector();
  const { url, spans } = collector;
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

test('the execution of a command is below the span in its headers, and failed where the command failed', async () => {
  using collector = await startOtlpCollector();
  const tracer = await openTracer({ ...who, endpoint: collector.url });
  const command = { type: 'Deploy', commandId: 'c-1', key: 'shop', headers: { traceparent: PARENT } };
  const trace = commandTraces(tracer)(command);
  trace.end('failed');
  commandTraces(tracer)(command).end('handed_back');
  await tracer.close();
  const [failed, handedBack] = collector.spans;
  expect(failed).toMatchObject({ name: 'execute Deploy', parentSpanId: 'b7ad6b7169203331', status: { code: 2 } });
  expect(trace.headers).toEqual({ traceparent: `00-${failed!.traceId}-${failed!.spanId}-01` });
  expect(handedBack?.status?.code ?? 0).toBe(0);
  expect(commandTraces(silentTracer)({ ...command, headers: {} }).headers).toEqual({});
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
