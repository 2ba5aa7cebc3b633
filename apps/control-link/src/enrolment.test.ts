import type { Bucket } from '@axion/bus';
import type { AgentIdentity } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { Enrolment } from './enrolment.ts';
import { FakePlane, keptLog } from './fixtures/fake-plane.ts';
import { IdentityBook } from './identity-book.ts';

const { signal } = new AbortController();

const bucketWith = (value: unknown) => {
  const kept = { value, writes: 0 };
  const bucket = {
    get: async () => (kept.value === undefined ? undefined : { key: 'agent', value: kept.value, revision: 1 }),
    put: async (_: string, next: unknown) => {
      kept.value = next;
      kept.writes += 1;
      return 1;
    },
  };
  return { kept, bucket: bucket as unknown as Bucket<AgentIdentity> };
};

const bookWith = (value: unknown, configuredId?: string) => {
  const { kept, bucket } = bucketWith(value);
  return { kept, book: new IdentityBook(bucket, { configuredId, serverId: 'host-1', now: () => 0 }) };
};

const enrolmentWith = (value: unknown, configuredId?: string) => {
  const { kept, book } = bookWith(value, configuredId);
  const { log, lines } = keptLog();
  const facts = async () => ({ os: 'linux', architecture: 'x86_64', totalMemory: 1, availableMemory: 1, cpuCores: 1, engineVersion: undefined });
  return { kept, lines, enrolment: new Enrolment({ book, facts, log }) };
};

const identity = (over: Partial<AgentIdentity> = {}): AgentIdentity => ({
  agent_id: 'kept-1',
  server_id: 'host-1',
  source: 'enrolment',
  since: '1970-01-01T00:00:00.000Z',
  ...over,
});

test.each([
  ['at the first start', undefined],
  ['with a damaged entry', { agent_id: 7 }],
  ['with an entry that is no object', 'kept-1'],
  ["on a copy of another server's disk", identity({ server_id: 'host-0' })],
  ['after a life without a control plane', identity({ source: 'local' })],
])('%s the agent enrols and keeps who it is', async (_, value) => {
  const { kept, enrolment } = enrolmentWith(value);
  const plane = new FakePlane();
  expect(await enrolment.ensure(plane, signal)).toEqual(identity({ agent_id: 'given-1' }));
  expect(kept.value).toEqual(identity({ agent_id: 'given-1' }));
  await enrolment.ensure(plane, signal);
  expect(plane.registrations).toBe(1);
});

test('a kept identity is used without asking', async () => {
  const { kept, enrolment } = enrolmentWith(identity());
  const plane = new FakePlane();
  expect(await enrolment.ensure(plane, signal)).toEqual(identity());
  expect([plane.registrations, kept.writes]).toEqual([0, 0]);
});

test.each(['NOT_FOUND', 'UNAUTHENTICATED'] as const)('a control plane that answers %s is enrolled with again, until that worked', async (code) => {
  const { kept, enrolment } = enrolmentWith(identity());
  const plane = new FakePlane();
  plane.agentId = 'given-2';
  await enrolment.ensure(plane, signal);
  expect(enrolment.isForgotten(new AxionError(code, 'unknown'))).toBe(true);
  plane.before = () => {
    throw new AxionError('UNAVAILABLE', 'gone');
  };
  await expect(enrolment.ensure(plane, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(enrolment.isForgotten(new AxionError('UNAVAILABLE', 'gone'))).toBe(true);
  plane.before = () => {};
  expect((await enrolment.ensure(plane, signal)).agent_id).toBe('given-2');
  expect(kept.value).toMatchObject({ agent_id: 'given-2' });
  await enrolment.ensure(plane, signal);
  expect(plane.registrations).toBe(1);
});

test('a connection that broke is no reason to enrol again', async () => {
  const { enrolment } = enrolmentWith(identity());
  const plane = new FakePlane();
  expect(enrolment.isForgotten(new AxionError('UNAVAILABLE', 'gone'))).toBe(false);
  await enrolment.ensure(plane, signal);
  expect(plane.registrations).toBe(0);
});

test('a configured id is written at once and stays, whatever enrolment gives', async () => {
  const { kept, lines, enrolment } = enrolmentWith(identity(), 'mine');
  const plane = new FakePlane();
  expect(await enrolment.ensure(plane, signal)).toMatchObject({ agent_id: 'mine', source: 'config' });
  expect(kept.value).toMatchObject({ agent_id: 'mine', source: 'config' });
  enrolment.isForgotten(new AxionError('NOT_FOUND', 'unknown'));
  expect(await enrolment.ensure(plane, signal)).toMatchObject({ agent_id: 'mine' });
  expect(plane.registrations).toBe(1);
  expect(lines.some((line) => line.startsWith('warn'))).toBe(true);
});

test('without a control plane the agent stays who it was, or gets a name of its own', async () => {
  const fresh = bookWith(undefined);
  expect(await fresh.book.alone()).toEqual(identity({ agent_id: 'local-host-1', source: 'local' }));
  expect(fresh.kept.value).toEqual(identity({ agent_id: 'local-host-1', source: 'local' }));
  await fresh.book.alone();
  expect(fresh.kept.writes).toBe(1);
  expect(await bookWith(identity()).book.alone()).toEqual(identity());
  expect(await bookWith(undefined, 'mine').book.alone()).toMatchObject({ agent_id: 'mine', source: 'config' });
});
