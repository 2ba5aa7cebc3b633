import type { NodeReport } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { steppedClock } from '../fixtures/fake-plane.ts';
import type { NodeDrain } from './node-drain.ts';
import { NodeLease } from './node-lease.ts';
import { nodeSession } from './node-session.ts';
import type { NodeSight, NodeView } from './node-view.ts';
import type { Answer, Grant, Scheduler } from './scheduler.ts';

const room = { total: 1, allocated: 0, used: 0 };
const report: NodeReport = { runtimes: [], storage_drivers: ['local'], cpu_millicores: room, memory_bytes: room, disk_bytes: room, draining: false };
const END = new AxionError('CANCELLED', 'enough');
const FORGOTTEN = new AxionError('NOT_FOUND', 'who?');

/** Sessions against a scheduler that answers as the test says; they end after some heartbeats. */
const setup = (answers: (AxionError | Partial<Answer>)[], grant: Grant = { leaseMs: 30_000, intervalMs: 10_000 }) => {
  const calls: string[] = [];
  const clock = steppedClock();
  const sight: NodeSight = { report, workloads: [], types: ['container'], fresh: true };
  const now = { sight };
  let closed = 0;
  const scheduler: Scheduler = {
    server: 's:1',
    register: async ({ endpoint, types }) => {
      calls.push(`register ${endpoint} ${types.join()}`);
      return grant;
    },
    heartbeat: async () => {
      calls.push(`heartbeat at ${clock.time}`);
      const answer = answers.shift() ?? END;
      if (answer instanceof AxionError) throw answer;
      return { acknowledged: true, drain: false, leaseMs: 30_000, ...answer };
    },
    close: () => void (closed += 1),
  };
  const lease = new NodeLease(clock);
  const followed: boolean[] = [];
  const parts = {
    open: () => scheduler,
    address: { host: 's', port: 1 },
    place: { configured: 'me:1', bind: '', port: 0 },
    view: { look: async () => now.sight } as unknown as NodeView,
    lease,
    drain: { follow: async (asked: boolean) => void followed.push(asked) } as unknown as NodeDrain,
    onRegistered: () => {},
    onAnswered: () => {},
    clock,
  };
  return { calls, clock, now, followed, closed: () => closed, session: () => nodeSession(parts, new AbortController().signal) };
};

test('it registers, then beats at the pace of the scheduler, and does what it says of draining', async () => {
  const { calls, followed, closed, session } = setup([{}, { drain: true }, {}]);
  await expect(session()).rejects.toBe(END);
  expect(calls).toEqual(['register me:1 container', 'heartbeat at 0', 'heartbeat at 10000', 'heartbeat at 20000', 'heartbeat at 30000']);
  expect([followed, closed()]).toEqual([[false, true, false], 1]);
});

test('a connection that broke is no reason to register; a lease that ended is', async () => {
  const { calls, clock, session } = setup([{}, END, {}, END, END]);
  await expect(session()).rejects.toBe(END);
  await expect(session()).rejects.toBe(END);
  expect(calls.filter((call) => call.startsWith('register'))).toHaveLength(1);
  clock.time += 30_001;
  await expect(session()).rejects.toBe(END);
  expect(calls.filter((call) => call.startsWith('register'))).toHaveLength(2);
});

test.each([
  ['forgotten', FORGOTTEN],
  ['not acknowledged', { acknowledged: false }],
])('a node that is %s registers again at once', async (_, answer) => {
  const { calls, session } = setup([{}, answer, {}]);
  await expect(session()).rejects.toBe(END);
  expect(calls).toEqual(['register me:1 container', 'heartbeat at 0', 'heartbeat at 10000', 'register me:1 container', 'heartbeat at 10000', 'heartbeat at 20000']);
});

test('one that is forgotten again at once leaves it to the next session', async () => {
  const { calls, session } = setup([FORGOTTEN, FORGOTTEN]);
  await expect(session()).rejects.toBe(FORGOTTEN);
  expect(calls.filter((call) => call.startsWith('register'))).toHaveLength(2);
});

test('a node that can carry more than it offered offers it', async () => {
  const { calls, now, session } = setup([{}, {}]);
  const before = now.sight;
  const running = session();
  now.sight = { ...before, types: ['container', 'vm'] };
  await expect(running).rejects.toBe(END);
  expect(calls.filter((call) => call.startsWith('register')).at(-1)).toBe('register me:1 container,vm');
});

test('what is not seen just now says nothing of draining', async () => {
  const { now, followed, session } = setup([{ drain: true }]);
  now.sight = { ...now.sight, fresh: false };
  await expect(session()).rejects.toBe(END);
  expect(followed).toEqual([]);
});

test('a scheduler that lost its store asks for a drain and cuts the lease short: nothing is stopped, and nothing started', async () => {
  const lost = { drain: true, leaseMs: 30_000 };
  const { followed, session } = setup([{ leaseMs: 180_000 }, lost, lost, { drain: true, leaseMs: 180_000 }], { leaseMs: 180_000, intervalMs: 60_000 });
  await expect(session()).rejects.toBe(END);
  expect(followed).toEqual([false, true]);
});
