import { expect, test } from 'vitest';
import { fieldsFrom, variablesFrom } from './assignments.ts';
import { commandFrom, commandTypeOf } from './command-from.ts';

test.each([
  ['deploy', 'Deploy'],
  ['get-status', 'GetStatus'],
  ['GetStatus', 'GetStatus'],
  ['explode', undefined],
])('%s is the type %s', (text, type) => expect(commandTypeOf(text)).toBe(type));

test('a command goes through the same door as Kafka’s', () => {
  expect(commandFrom('Scale', { project_id: 'P', service_name: 'web', replicas: 2 }, 0)).toMatchObject({ key: 'p', executor: 'swarm', timestamp: '1970-01-01T00:00:00.000Z' });
  expect(() => commandFrom('Scale', { project_id: 'p' }, 0)).toThrow('payload.service_name');
});

test('fields are JSON where they read as JSON, variables always text', () => {
  expect(fieldsFrom(['replicas=3', 'service_name=web', 'force=true'])).toEqual({ replicas: 3, service_name: 'web', force: true });
  expect(variablesFrom(['A=1', 'B=x=y', 'C='])).toEqual({ A: '1', B: 'x=y', C: '' });
  expect(() => variablesFrom(['novalue'])).toThrow('KEY=VALUE');
});
