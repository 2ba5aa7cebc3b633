import { expect, test } from 'vitest';
import { differences, streamConfigs } from './stream-config.ts';

const bytes = (maxStoreMb: number, telemetryMb?: number): number =>
  streamConfigs({ maxStoreMb, ...(telemetryMb === undefined ? {} : { telemetryMb }) }).reduce((sum, config) => sum + Number(config['max_bytes']), 0);
const named = (name: string, maxStoreMb = 1024) => streamConfigs({ maxStoreMb }).find((config) => config.name === name)!;

test('the shares always fit into the store', () => {
  for (const mb of [16, 100, 1024, 100_000]) expect(bytes(mb)).toBeLessThanOrEqual(mb * 1024 * 1024 * 0.9);
  expect(bytes(1024, 4096)).toBeLessThanOrEqual(1024 * 1024 * 1024 * 0.9);
  expect(named('EVENTS')['max_bytes']).toBe(256 * 1024 * 1024);
  expect(named('EVENTS', 256)['max_bytes']).toBeLessThan(100 * 1024 * 1024);
});

test('what the server adds, orders differently or leaves out is no difference; what it has otherwise is one', () => {
  const wanted = named('COMMANDS');
  const { max_age: _zero, republish, ...rest } = wanted;
  const found = { ...rest, republish: Object.fromEntries(Object.entries(republish as object).toReversed()), metadata: { '_nats.ver': '2' }, sealed: false };
  expect(differences(wanted, found)).toEqual([]);
  expect(differences(wanted, { ...found, max_bytes: 1, discard: 'old' })).toEqual(['max_bytes', 'discard']);
  expect(differences(named('EVENTS'), { ...named('EVENTS'), max_age: 0 })).toEqual(['max_age']);
});
