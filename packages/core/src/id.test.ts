import { expect, test } from 'vitest';
import { derivedId, parseProjectId } from './id.ts';

test('a derived id is stable, a UUID, and depends on where its parts begin', () => {
  expect(derivedId('terminal', 'abc')).toBe(derivedId('terminal', 'abc'));
  expect(derivedId('terminal', 'abc')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
});

test.each([
  ['Shop-1', 'shop-1'],
  ['a', 'a'],
  ['0_x', '0_x'],
])('project id %s is folded to %s', (given, folded) => expect(parseProjectId(given)).toBe(folded));

test.each(['', '-a', '_a', 'a.b', 'a/b', '../x', 'a b', 'é', 'x'.repeat(64)])('project id %j is refused', (given) => {
  expect(() => parseProjectId(given)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', reason: 'INVALID_PROJECT_ID' }));
});
