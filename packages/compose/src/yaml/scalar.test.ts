import { expect, it } from 'vitest';
import { goText } from './go-text.ts';
import { plainScalar } from './scalar.ts';
import { Timestamp, type Value } from './value.ts';

it.each<[string, Value]>([
  ['', null],
  ['~', null],
  ['Null', null],
  ['TRUE', true],
  ['tRUE', 'tRUE'],
  ['yes', 'yes'],
  ['on', 'on'],
  ['12', 12n],
  ['-12', -12n],
  ['+7', 7n],
  ['0777', 511n],
  ['0o17', 15n],
  ['0x1F', 31n],
  ['0b101', 5n],
  ['1_000', 1_000n],
  ['08', 8],
  ['1.50', 1.5],
  ['1e3', 1_000],
  ['.5', 0.5],
  ['1.', 1],
  ['1e400', '1e400'],
  ['18446744073709551615', 18_446_744_073_709_551_615n],
  ['18446744073709551616', 18_446_744_073_709_551_616],
  ['-', '-'],
  ['1.2.3', '1.2.3'],
  ['21:21', '21:21'],
  ['0x', '0x'],
  ['.inf', Number.POSITIVE_INFINITY],
])('reads the plain word %s as Go does', (text, value) => {
  expect(plainScalar(text)).toStrictEqual(value);
});

it.each([
  ['2020-01-02', '2020-01-02 00:00:00 +0000 UTC'],
  ['2020-1-2', '2020-01-02 00:00:00 +0000 UTC'],
  ['2020-01-02T03:04:05Z', '2020-01-02 03:04:05 +0000 UTC'],
  ['2020-01-02 03:04:05.120', '2020-01-02 03:04:05.12 +0000 UTC'],
])('reads %s as a date', (text, shown) => {
  expect(plainScalar(text)).toStrictEqual(new Timestamp(shown));
});

it.each(['2020-02-30', '2020-13-01', '2020-01-02 25:00:00', '2020-01-02T03:04:05'])('takes %s for a string, as it is no date', (text) => {
  expect(plainScalar(text)).toBe(text);
});

it.each<[string, Value]>([
  ['1', 1n],
  ['1', 1],
  ['1.5', 1.5],
  ['1e+23', 1e23],
  ['1e+20', 1e20],
  ['1e+06', 1e6],
  ['999999.5', 999_999.5],
  ['1.2345678e+06', 1_234_567.8],
  ['-123456', -123_456],
  ['1000000', 1_000_000n],
  ['3e-07', 3e-7],
  ['0.0001', 0.0001],
  ['1e-05', 0.000_01],
  ['-0.5', -0.5],
  ['true', true],
  ['<nil>', null],
  ['map[a:[1 x] b:1]', new Map<string, Value>([['b', 1n], ['a', [1n, 'x']]])],
])('prints %s', (text, value) => {
  expect(goText(value)).toBe(text);
});
