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
  expect(() => commandFrom('Scale', { project_id: 'p', replicas: '2' }, 0)).toThrow('Scale: service_name (--set service_name=…) is missing; replicas (--set replicas=…): Invalid type');
  expect(() => commandFrom('Deploy', {}, 0)).toThrow('Deploy: the project (--project ID) is missing; the stack file (FILE) is missing');
});

test('fields are JSON where they read as JSON, variables always text', () => {
  expect(fieldsFrom(['replicas=3', 'service_name=web', 'force=true'])).toEqual({ replicas: 3, service_name: 'web', force: true });
  expect(variablesFrom(['A=1', 'B=x=y', 'C='])).toEqual({ A: '1', B: 'x=y', C: '' });
  expect(() => variablesFrom(['novalue'])).toThrow('KEY=VALUE');
});
