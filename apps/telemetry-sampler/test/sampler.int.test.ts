import { readFileSync, readdirSync } from 'node:fs';
import { decodeSampleBatch } from '@axion/contracts';
import type { HealthBeat, SampleBatch } from '@axion/contracts';
import { dockerEngine, sharedImage, spawnComponent, startBus, uniqueName, waitFor } from '@axion/testkit';
import type { ServerProcess, TestBus } from '@axion/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const INTERVAL = 0.5;

let bus: TestBus;
let sampler: ServerProcess;

beforeAll(async () => {
  bus = await startBus();
  sampler = await spawnComponent('telemetry-sampler', {
    env: {
      AXION_AGENT__BUS__URL: bus.url,
      AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
      AXION_AGENT__TELEMETRY__INTERVAL_SECONDS: String(INTERVAL),
    },
  });
});

afterAll(async () => {
  await sampler?.stop();
  await bus?.[Symbol.asyncDispose]();
});

/** The next batches as the control link gets them; what it got is gone afterwards. */
const pull = async (): Promise<SampleBatch[]> => {
  const link = await bus.connect('control-link');
  try {
    const { samples } = await link.telemetry.pull(100, AbortSignal.timeout(20_000));
    await link.telemetry.shipped(samples.at(-1)!.sequence);
    return samples.map(({ data }) => decodeSampleBatch(data));
  } finally {
    await link.close();
  }
};

const valueOf = (batch: SampleBatch, name: string, ...labelValues: readonly string[]): number | undefined =>
  batch.families.find((family) => family.name === name)?.rows.find(([, ...cells]) => labelValues.every((value) => cells.includes(value)))?.[0];

test('what reaches the bus is what the kernel says', async () => {
  const [batch] = await pull();
  const total = Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
  expect(valueOf(batch!, 'node_memory_MemTotal_bytes')).toBe(total);
  expect(valueOf(batch!, 'node_boot_time_seconds')).toBe(Number(/btime (\d+)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1]));
  expect(valueOf(batch!, 'node_cpu_seconds_total', '0', 'idle')).toBeGreaterThan(0);
  expect(valueOf(batch!, 'node_filesystem_size_bytes', '/')).toBeGreaterThan(0);
  expect(valueOf(batch!, 'node_network_receive_bytes_total', 'lo')).toBeGreaterThanOrEqual(0);
  expect(valueOf(batch!, 'node_load1')).toBeGreaterThanOrEqual(0);
  expect(batch!.families.flatMap(({ rows }) => rows).every(([value]) => Number.isFinite(value))).toBe(true);
});

test('passes keep the interval, and no process is started for them', async () => {
  const times: number[] = [];
  await waitFor(async () => {
    times.push(...(await pull()).map(({ at }) => at));
    return times.length >= 8;
  }, { what: 'eight passes', timeoutMs: 20_000 });
  const first = times[0]!;
  const offBeat = times.map((at) => Math.abs(((at - first + 250) % 500) - 250));
  // A busy machine delays single passes, but the beat stays: late ones do not push the later ones.
  expect(offBeat.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(100);
  const children = readdirSync(`/proc/${sampler.pid}/task`).flatMap((task) => readFileSync(`/proc/${sampler.pid}/task/${task}/children`, 'utf8').trim());
  expect(children.join('')).toBe('');
});

test('it answers scrapes with the last pass and with what passes cost', async () => {
  const endpoint = await bus.connect('health-endpoint');
  const [answer] = await endpoint.metrics.scrape({ timeoutMs: 10_000, expected: 1 });
  const names = answer!.metrics.map((family) => (family as { name: string }).name);
  expect(answer).toMatchObject({ component: 'telemetry-sampler', instance: '1' });
  expect(names).toEqual(expect.arrayContaining(['node_load1', 'node_uname_info', 'agent_telemetry_collection_duration_seconds', 'agent_uptime_seconds']));
});

test('a bus that dies and comes back costs the batches between, says so, and the next arrive', async () => {
  const endpoint = await bus.connect('health-endpoint');
  const beats: HealthBeat[] = [];
  endpoint.beats.subscribe((beat) => void beats.push(beat));
  await bus.kill();
  await sampler.line(/samples are being dropped/);
  const before = Date.now();
  await bus.restart();
  const later = await waitFor(() => beats.find(({ status, checks }) => status === 'healthy' && checks.some(({ name, message }) => name === 'delivery' && message === 'ok')), { what: 'a healthy beat', timeoutMs: 20_000 });
  expect(later.component).toBe('telemetry-sampler');
  await waitFor(async () => (await pull()).some(({ at }) => at > before), { what: 'a pass after the restart', timeoutMs: 20_000 });
  expect(sampler.running).toBe(true);
});

describe('containers', () => {
  test('one that runs has its own series while it runs', async () => {
    const engine = await dockerEngine();
    const name = uniqueName('sampled');
    const create = { Image: sharedImage(), Cmd: ['sh', '-c', 'while :; do :; done'], Labels: { 'dev.axion.test': name }, HostConfig: { NanoCpus: 100_000_000, Memory: 67_108_864 } };
    const { Id: id } = (await engine.call('POST', `/containers/create?name=${name}`, { body: create })) as { Id: string };
    try {
      await engine.call('POST', `/containers/${id}/start`);
      const batch = await waitFor(async () => (await pull()).findLast((one) => (valueOf(one, 'container_cpu_usage_seconds_total', id.slice(0, 12), 'total') ?? 0) > 0.05), {
        what: 'the container to have used the processor',
        timeoutMs: 30_000,
      });
      expect(valueOf(batch, 'container_memory_working_set_bytes', id.slice(0, 12))).toBeGreaterThan(0);
      expect(valueOf(batch, 'container_spec_memory_limit_bytes', id.slice(0, 12))).toBe(67_108_864);
      expect(valueOf(batch, 'container_network_receive_bytes_total', id.slice(0, 12), 'eth0')).toBeGreaterThanOrEqual(0);
      expect(valueOf(batch, 'container_threads', id.slice(0, 12))).toBeGreaterThanOrEqual(1);
    } finally {
      await engine.call('DELETE', `/containers/${id}?force=1`);
    }
    const gone = await waitFor(async () => (await pull()).findLast((one) => valueOf(one, 'container_cpu_usage_seconds_total', id.slice(0, 12)) === undefined), { what: 'a pass without it' });
    expect(gone.families.length).toBeGreaterThan(50);
  });
});
