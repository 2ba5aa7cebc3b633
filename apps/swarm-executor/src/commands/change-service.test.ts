import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import type { Service, Services } from '@axion/docker-engine';
import { changeService } from './change-service.ts';

const at = (version: number): Service => ({ id: 's', version, name: 'n', spec: { Name: 'n' } }) as unknown as Service;
const stale = new AxionError('ABORTED', 'update out of sequence', { reason: 'UPDATE_OUT_OF_SEQUENCE' });

/** An engine whose service is at version 3, whatever the caller last saw. */
const engineAt3 = (tried: number[]) => ({
  services: {
    update: async ({ version }: { version: number }) => {
      tried.push(version);
      if (version !== 3) throw stale;
      return [];
    },
    inspect: async () => at(3),
  } as unknown as Services,
});
const signal = new AbortController().signal;

test('a service that moved meanwhile is changed as it stands now', async () => {
  const tried: number[] = [];
  await changeService(engineAt3(tried), at(1), (now) => now.spec, signal);
  expect(tried).toEqual([1, 3]);
});

test('one that keeps moving ends with the engine’s refusal', async () => {
  const engine = { services: { update: () => Promise.reject(stale), inspect: async () => at(1) } as unknown as Services };
  await expect(changeService(engine, at(1), (now) => now.spec, signal)).rejects.toBe(stale);
});
