import { expect, it } from 'vitest';
import { mostSpecific, type Violation } from './violation.ts';

const violation = (path: string, kind: Violation['kind'], text: string): Violation => ({ path: path === '' ? [] : path.split('.'), kind, text });

it.each<[string, Violation[], string]>([
  ['the deepest', [violation('a', 'type', 'one'), violation('a.b', 'other', 'two')], 'two'],
  ['of equally deep ones a wrong type', [violation('a.b', 'other', 'one'), violation('a.c', 'type', 'two'), violation('a.d', 'type', 'three')], 'two'],
  ['else the first', [violation('a.b', 'other', 'one'), violation('a.c', 'other', 'two')], 'one'],
  ['what the nearest form lacks', [violation('a.b', 'one-of', 'no form'), violation('a.b', 'other', 'an extra key')], 'an extra key'],
  ['no form at all, when nothing explains it', [violation('a.b', 'one-of', 'no form')], 'no form'],
  ['a key with dots, which counts as several', [violation('a.b', 'type', 'one'), { path: ['x.y.z'], kind: 'other', text: 'two' }], 'two'],
])('reports %s', (_name, violations, text) => {
  expect(mostSpecific(violations).text).toBe(text);
});
