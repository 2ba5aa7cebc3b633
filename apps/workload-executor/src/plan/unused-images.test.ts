import { expect, test } from 'vitest';
import { unusedImages } from './unused-images.ts';

const pulled = [
  { reference: 'new', wantedAt: 90 },
  { reference: 'old', wantedAt: 10 },
  { reference: 'older', wantedAt: 5 },
  { reference: 'needed', wantedAt: 1 },
];
const needed = new Set(['needed']);

test('unused for long goes, oldest first; what is needed never', () => {
  expect(unusedImages(pulled, needed, 100, { keepMs: 50, pressed: false })).toEqual(['older', 'old']);
});

test('under pressure whatever is unused goes', () => {
  expect(unusedImages(pulled, needed, 100, { keepMs: 50, pressed: true })).toEqual(['older', 'old', 'new']);
});
