import type { Bucket } from '@axion/bus';
import type { AgentIdentity } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { Enrolment } from './enrolment.ts';
import { FakePlane, keptLog } from './fixtures/fake-plane.ts';
import { IdentityBook } from './identity-book.ts';
import { linkSession, type Duty } from './link-session.ts';

const { signal } = new AbortController();

const enrolment = (): Enrolment => {
  let value: AgentIdentity | undefined;
  const bucket = { get: async () => value && { key: 'agent', value, revision: 1 }, put: async (_: string, next: AgentIdentity) => ((value = next), 1) };
  const book = new IdentityBook(bucket as unknown as Bucket<AgentIdentity>, { configuredId: undefined, serverId: 's', now: () => 0 });
  const facts = async () => ({ os: '', architecture: '', totalMemory: 0, availableMemory: 0, cpuCores: 0, engineVersion: undefined });
  return new Enrolment({ book, facts, log: keptLog().log });
};

/** A duty that fails with these one after another, and then waits until it is told to end. */
const duty = (...errors: readonly AxionError[]): Duty & { readonly ended: unknown[] } => {
  const left = [...errors];
  const ended: unknown[] = [];
  return {
    ended,
    run: async (_, __, running) => {
      const error = left.shift();
      if (error !== undefined) throw error;
      return new Promise<never>((_resolve, reject) =>
        running.addEventListener('abort', () => {
          ended.push(running.reason);
          reject(running.reason as Error);
        }),
      );
    },
  };
};

const gone = new AxionError('UNAVAILABLE', 'gone');
const unknown = new AxionError('NOT_FOUND', 'who?');

test('the first error ends all duties and the connection', async () => {
  const plane = new FakePlane();
  const other = duty();
  await expect(linkSession({ open: () => plane, enrolment: enrolment(), duties: [other, duty(gone)] }, signal)).rejects.toBe(gone);
  expect(other.ended).toHaveLength(1);
  expect(plane.closed).toBe(true);
});

test('a forgotten agent enrols again over the same connection', async () => {
  const plane = new FakePlane();
  await expect(linkSession({ open: () => plane, enrolment: enrolment(), duties: [duty(unknown, gone)] }, signal)).rejects.toBe(gone);
  expect(plane.registrations).toBe(2);
});

test('a control plane that forgets at once ends the session', async () => {
  const plane = new FakePlane();
  await expect(linkSession({ open: () => plane, enrolment: enrolment(), duties: [duty(unknown, unknown)] }, signal)).rejects.toBe(unknown);
  expect(plane.registrations).toBe(2);
});

test('a refused enrolment ends the session, whatever it would do next', async () => {
  const plane = new FakePlane();
  const refused = new AxionError('UNAUTHENTICATED', 'no');
  plane.before = () => {
    throw refused;
  };
  await expect(linkSession({ open: () => plane, enrolment: enrolment(), duties: [duty()] }, signal)).rejects.toBe(refused);
  expect(plane.closed).toBe(true);
});
