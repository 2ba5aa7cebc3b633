import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerEngine, spawnComponent, startOtlpCollector, tempDir, uniqueName, waitFor } from '@axion/testkit';
import { envelope, WorkerRig } from './worker-rig.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const [INTERNAL, CLIENT, PRODUCER, CONSUMER] = [1, 3, 4, 5];

test('one trace leads from the record with the command through the bus, its execution and the engine to the record with its end', async () => {
  const { host } = await dockerEngine();
  await using rig = await WorkerRig.start();
  await using home = await tempDir('tracing');
  using collector = await startOtlpCollector();
  await rig.createTopics();
  const traced = { AXION_AGENT__TRACING__OTLP_ENDPOINT: collector.url };
  await rig.worker(traced);
  await using _executor = await spawnComponent('swarm-executor', { env: { ...rig.env(traced), AXION_AGENT__DOCKER__HOST: host, AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data') } });
  const project = uniqueName('traced').toLowerCase();
  const command = envelope({ payload: { project_id: project } });
  await rig.produce([command], { headers: { traceparent: `00-${TRACE}-${CALLER}-01` } });
  const ended = (await rig.readUntil(rig.topics.events, 1)).find(({ json }) => json.event_type === 'StatusReport');
  const sent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(ended!.headers['traceparent'] ?? '');
  const find = (name: string) => collector.spans.filter((span) => span.name === name);
  await waitFor(() => find('receive command').length > 0 && find('execute Stop').length > 0 && find('send event').some(({ spanId }) => spanId === sent?.[2]), { what: 'all spans', timeoutMs: 30_000 });

  const [received] = find('receive command');
  const [executed] = find('execute Stop');
  const engine = collector.spans.filter(({ name }) => name.startsWith('engine '));
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect(received).toMatchObject({ parentSpanId: CALLER, kind: CONSUMER, service: 'axion-command-worker' });
  expect(executed).toMatchObject({ parentSpanId: received!.spanId, kind: INTERNAL, service: 'axion-swarm-executor' });
  expect(engine.length).toBeGreaterThan(0);
  for (const span of engine) expect(span).toMatchObject({ parentSpanId: executed!.spanId, kind: CLIENT, service: 'axion-swarm-executor' });
  for (const span of find('send event')) expect(span).toMatchObject({ parentSpanId: executed!.spanId, kind: PRODUCER, service: 'axion-command-worker' });
  expect(sent?.[1]).toBe(TRACE);
});
