import { expect, test } from 'vitest';
import { NodeLease } from './node-lease.ts';

const setup = () => {
  const clock = { at: 0, monotonic: () => clock.at };
  return { clock, lease: new NodeLease(clock) };
};

test('a lease holds for what was offered, until it ends or is lost', () => {
  const { clock, lease } = setup();
  expect(lease.holds('a')).toBe(false);
  lease.granted({ intervalMs: 60_000, leaseMs: 180_000 }, 'a');
  expect([lease.holds('a'), lease.holds('b'), lease.intervalMs]).toEqual([true, false, 60_000]);
  clock.at = 179_999;
  lease.renewed(180_000);
  clock.at = 359_998;
  expect(lease.holds('a')).toBe(true);
  clock.at = 359_999;
  expect(lease.holds('a')).toBe(false);
  lease.renewed(1000);
  lease.lost();
  expect(lease.holds('a')).toBe(false);
});

test('a short lease is renewed three times before it ends, and never more than once a second', () => {
  const { lease } = setup();
  lease.granted({ intervalMs: 60_000, leaseMs: 30_000 }, 'a');
  expect(lease.intervalMs).toBe(10_000);
  lease.renewed(900);
  expect(lease.intervalMs).toBe(1000);
});

test.each([undefined, 0, -5000])('without an end that is to come (%s) it holds until the scheduler says otherwise', (leaseMs) => {
  const { clock, lease } = setup();
  lease.granted({ intervalMs: undefined, leaseMs }, 'a');
  clock.at = 1e9;
  expect([lease.holds('a'), lease.intervalMs]).toEqual([true, 10_000]);
});

test('a lease is cut short by an answer that takes back more than a heartbeat brings, whatever the clocks say', () => {
  for (const off of [0, 900_000, -170_000]) {
    const { lease } = setup();
    lease.granted({ intervalMs: 60_000, leaseMs: 190_000 + off }, 'a');
    expect([185_000, 131_000, 40_000, undefined].map((leaseMs) => lease.isCutShortBy(leaseMs === undefined ? undefined : leaseMs + off))).toEqual([false, false, true, false]);
  }
  const { lease } = setup();
  lease.granted({ intervalMs: 60_000, leaseMs: undefined }, 'a');
  expect(lease.isCutShortBy(30_000)).toBe(false);
});
