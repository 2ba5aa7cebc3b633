import { expect, test } from 'vitest';
import { closestWord, didYouMean } from './closest-word.ts';

test.each([
  ['stauts', 'status'],
  ['DEPLOY', 'Deploy'],
  ['swarm-exec', undefined],
  ['x'.repeat(101), undefined],
])('%s means %s', (given, meant) => {
  expect(closestWord(given, ['status', 'Deploy', 'swarm-executor'])).toBe(meant);
});

test('what is not close is not offered', () => {
  expect(didYouMean('status')).toBe('; did you mean "status"?');
  expect(didYouMean(undefined)).toBe('');
});
