import { expect, test } from 'vitest';
import { Drivers } from './drivers.ts';

test('a type that is switched off is refused in the words by which schedulers place it elsewhere, and names its key', () => {
  const refused = (type: 'container' | 'vm') => () => new Drivers([]).of(type);
  expect(refused('vm')).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION', message: expect.stringMatching(/^runtime not available: .*workloads\.vm is false$/) as string }));
  expect(refused('container')).toThrow(/workloads\.docker is false/);
});
