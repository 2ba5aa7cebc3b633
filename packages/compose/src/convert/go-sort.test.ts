import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { goSort } from './go-sort.ts';

const byKey = (a: [number, number], b: [number, number]): boolean => a[0] < b[0];
const items = (max: number, length: number) => fc.array(fc.nat({ max }), { maxLength: length }).map((keys) => keys.map((key, at): [number, number] => [key, at]));

it('sorts any list and loses nothing', () => {
  fc.assert(
    fc.property(items(40, 400), (list) => {
      const sorted = goSort(list, byKey);
      expect(sorted.map(([key]) => key)).toEqual(list.map(([key]) => key).sort((a, b) => a - b));
      expect(new Set(sorted)).toEqual(new Set(list));
    }),
  );
});

it('keeps equal items of short lists in their order', () => {
  fc.assert(
    fc.property(items(3, 12), (list) => {
      expect(goSort(list, byKey)).toEqual([...list].sort((a, b) => a[0] - b[0]));
    }),
  );
});

it.each([
  ['some published', [0, 0, 0, 0, 0, 0, 8000, 9090, 9091, 49_100, 8001, 5000, 5001, 5010, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009], [1, 2, 3, 4, 5, 0]],
  ['the greatest first', [5, ...Array.from({ length: 14 }, () => 0)], [6, 10, 2, 3, 4, 5, 1, 8, 14, 9, 7, 11, 12, 13, 0]],
  ['the greater ones last', [...Array.from({ length: 13 }, () => 0), 2, 1, 0], [8, 9, 2, 3, 4, 5, 1, 6, 0, 7, 10, 11, 12, 15, 14, 13]],
])('puts equal items where the client was seen to put them: %s', (_name, keys, order) => {
  const sorted = goSort(keys.map((key, at): [number, number] => [key, at]), byKey);
  expect(sorted.slice(0, order.length).map(([, at]) => at)).toEqual(order);
});

it('survives lists made of runs and repeats', () => {
  for (const length of [13, 50, 64, 200, 1_000]) {
    for (const make of [(at: number) => at, (at: number) => -at, () => 1, (at: number) => at % 3, (at: number) => Math.min(at, length - at)]) {
      const keys = Array.from({ length }, (_, at): [number, number] => [make(at), at]);
      expect(goSort(keys, byKey).map(([key]) => key)).toEqual(keys.map(([key]) => key).sort((a, b) => a - b));
    }
  }
});
