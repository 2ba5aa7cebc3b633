import { expect, test } from 'vitest';
import type { Dependency } from '@axion/compose';
import type { ServiceAssessment } from './assess-service.ts';
import { dependencyCircle, dependencyMet } from './dependencies.ts';

const db = (over: Partial<ServiceAssessment>): ReadonlyMap<string, ServiceAssessment> =>
  new Map([['db', { key: 'db', desired: 2, running: 0, healthy: 0, completed: 0, verdict: { state: 'waiting', missing: '' }, ...over }]]);

test.each([
  ['service_started', {}, false],
  ['service_started', { running: 1 }, true],
  ['service_started', { desired: 0 }, true],
  ['service_healthy', { running: 1 }, false],
  ['service_healthy', { running: 2 }, true],
  ['service_completed_successfully', { running: 2 }, false],
  ['service_completed_successfully', { completed: 2 }, true],
] as const)('%s with %j: %s', (condition, counts, met) => {
  expect(dependencyMet({ service: 'db', condition }, db(counts), new Set())).toBe(met);
});

test('a service that is still to be changed itself holds up, one outside the stack does not', () => {
  expect(dependencyMet({ service: 'db', condition: 'service_started' }, db({ running: 2 }), new Set(['db']))).toBe(false);
  expect(dependencyMet({ service: 'elsewhere', condition: 'service_started' }, db({}), new Set())).toBe(true);
});

test('a circle is found and named', () => {
  const on = (...services: string[]): Dependency[] => services.map((service) => ({ service, condition: 'service_started' }));
  expect(dependencyCircle(new Map([['a', on('b')], ['b', on('c')], ['c', on('b')]]))).toEqual(['b', 'c', 'b']);
  expect(dependencyCircle(new Map([['a', on('b', 'c')], ['b', on('c')], ['c', []]]))).toBeUndefined();
});
