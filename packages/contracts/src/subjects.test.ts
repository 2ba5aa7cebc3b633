import { expect, test } from 'vitest';
import fc from 'fast-check';
import { ledgerKey, subjects } from './subjects.ts';

test('where the server repeats what it stored', () => {
  expect(subjects.stored('axion.cmd.swarm.shop')).toBe('axion.stored.cmd.swarm.shop');
  expect(subjects.stored('$KV.identity.agent')).toBe('axion.stored.kv.identity.agent');
});

test('every command id gives a key of its own that a bucket takes', () => {
  expect(ledgerKey('4f0c-1_a')).toBe('4f0c-1_a');
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
      expect(ledgerKey(a)).toMatch(/^[\w-]+$/);
      expect(ledgerKey(a) === ledgerKey(b)).toBe(a === b);
    }),
  );
});
