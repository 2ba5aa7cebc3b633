import type { Telemetry } from '@axion/bus';
import { encodeSampleBatch, type SampleRow } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { FakePlane, keptLog, steppedClock } from './fixtures/fake-plane.ts';
import { MetricsShipper } from './metrics-shipper.ts';

const identity = { agentId: 'a', serverId: 's' };
const END = new AxionError('ABORTED', 'nothing left');
const { signal } = new AbortController();

const passOf = (at: number, series: number): Uint8Array =>
  encodeSampleBatch({ version: 1, at, families: [{ name: 'm', type: 'gauge', labels: ['n'], rows: Array.from({ length: series }, (_, n): SampleRow => [n, String(n)]) }] });

/** A stream that gives two passes at a time and, when it is empty, says so by rejecting once the test allows it to end. */
const streamOf = (...passes: readonly Uint8Array[]) => {
  const waiting = passes.map((data, index) => ({ sequence: index + 1, kind: 'host', data }));
  const faults = { pull: 0, shipped: 0 };
  const telemetry: Pick<Telemetry, 'pull' | 'shipped'> = {
    pull: async () => {
      if (faults.pull > 0) {
        faults.pull -= 1;
        throw new AxionError('UNAVAILABLE', 'the bus is away');
      }
      return { samples: waiting.slice(0, 2), pending: 0, dropped: 0 };
    },
    shipped: async (sequence) => {
      if (faults.shipped > 0) {
        faults.shipped -= 1;
        throw new AxionError('UNAVAILABLE', 'the bus is away');
      }
      while (waiting[0] !== undefined && waiting[0].sequence <= sequence) waiting.shift();
    },
  };
  return { telemetry: telemetry as Telemetry, waiting, faults };
};

const shipperOf = (stream: ReturnType<typeof streamOf>) => {
  const { log, lines } = keptLog();
  const dropped: number[] = [];
  const end = new AbortController();
  const telemetry: Telemetry = {
    ...stream.telemetry,
    pull: async (max, pulling) => {
      if (stream.waiting.length === 0) end.abort(END);
      pulling.throwIfAborted();
      return stream.telemetry.pull(max, pulling);
    },
  };
  const shipper = new MetricsShipper({ telemetry, batchSize: 2, onPass: () => {}, onDropped: (n) => dropped.push(n), clock: steppedClock(), log });
  return { run: (plane: FakePlane) => shipper.run(plane, identity, AbortSignal.any([signal, end.signal])), lines, dropped };
};

const arrived = (plane: FakePlane): string[] =>
  plane.batches.flatMap(({ at, families }) => families.flatMap(({ rows }) => rows.map(([, n]) => `${at}/${n}`))).sort();

const everything = ['1/0', '1/1', '1/2', '1/3', '1/4', '2/0', '3/0', '3/1', '3/2'];
const threePasses = () => streamOf(passOf(1, 5), passOf(2, 1), passOf(3, 3));

test('passes arrive in parts and leave the bus', async () => {
  const stream = threePasses();
  const plane = new FakePlane();
  await expect(shipperOf(stream).run(plane)).rejects.toBe(END);
  expect(arrived(plane)).toEqual(everything);
  expect(plane.batches.every(({ families }) => families.flatMap(({ rows }) => rows).length <= 2)).toBe(true);
  expect(stream.waiting).toEqual([]);
});

test.each([1, 2, 3, 4, 5, 6])('a call that fails (the %ith) ends the session; the next one loses and repeats nothing', async (failing) => {
  const stream = threePasses();
  const plane = new FakePlane();
  let calls = 0;
  plane.before = () => {
    calls += 1;
    if (calls === failing) throw new AxionError('UNAVAILABLE', 'gone');
  };
  const { run } = shipperOf(stream);
  await expect(run(plane)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(stream.waiting.length).toBeGreaterThan(0);
  await expect(run(plane)).rejects.toBe(END);
  expect(arrived(plane)).toEqual(everything);
});

test('a bus that is away ends no session and repeats nothing', async () => {
  const stream = threePasses();
  stream.faults.pull = 3;
  stream.faults.shipped = 2;
  const plane = new FakePlane();
  await expect(shipperOf(stream).run(plane)).rejects.toBe(END);
  expect(arrived(plane)).toEqual(everything);
});

test('what the control plane refuses, and what is no pass, is left out and counted', async () => {
  const stream = streamOf(passOf(1, 5), new Uint8Array([1, 2, 3]), passOf(3, 3));
  const plane = new FakePlane();
  let calls = 0;
  plane.before = () => {
    calls += 1;
    if (calls === 2) throw new AxionError('INVALID_ARGUMENT', 'unknown name');
  };
  const { run, dropped, lines } = shipperOf(stream);
  await expect(run(plane)).rejects.toBe(END);
  expect(arrived(plane)).toEqual(expect.arrayContaining(['3/0', '3/1', '3/2']));
  expect(dropped).toEqual([1, 1]);
  expect(lines).toHaveLength(2);
  expect(stream.waiting).toEqual([]);
});
