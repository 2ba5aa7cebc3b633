import { expect, it } from 'vitest';
import { ComposeError } from '../errors.ts';
import { readDocument } from './read-document.ts';
import { NonStringKeys, type Value } from './value.ts';

const read = (text: string) => readDocument('stack.yml', text);
const plain = (value: Value | undefined): unknown => (value instanceof Map ? Object.fromEntries([...value].map(([key, item]) => [key, plain(item)])) : Array.isArray(value) ? value.map(plain) : value);

it('follows aliases and merges mappings: own keys win, then the first of several', () => {
  const { root } = read('a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: own}\nd: {<<: *b}\ne: *a');
  expect(plain(root.get('c'))).toEqual({ x: 'own', y: 1n, z: 2n });
  expect(plain(root.get('d'))).toEqual({ y: 2n, z: 2n });
  expect(plain(root.get('e'))).toEqual({ x: 1n, y: 1n });
});

it('lets an alias refer to the anchor set last before it', () => {
  expect(plain(read('a: &x 1\nb: *x\nc: &x 2\nd: *x').root)).toEqual({ a: 1n, b: 1n, c: 2n, d: 2n });
});

it('reads only the first document', () => {
  expect(plain(read('a: 1\n---\nb: [').root)).toEqual({ a: 1n });
});

it('understands a byte order mark, Windows line ends, and ignores unknown tags', () => {
  expect(plain(read('\uFEFFa: !reset [1]\r\nb: !!str 12\r\nc: "12"\r\n').root)).toEqual({ a: [1n], b: '12', c: '12' });
});

it('keeps quoted words strings and a quoted << an ordinary key', () => {
  expect(plain(read(`a: "true"\n"<<": {b: 1}`).root)).toEqual({ a: 'true', '<<': { b: 1n } });
});

it('marks mappings with keys that are no strings', () => {
  expect(read('a: {1: x}').root.get('a')).toBeInstanceOf(NonStringKeys);
});

it.each([
  ['', 'top-level object must be a mapping', 1],
  ['- a', 'top-level object must be a mapping', 1],
  ['1: a', 'top-level object must be a mapping', 1],
  ['a: 1\nb: 2\na: 3', 'mapping key "a" already defined at line 1', 3],
  ['a:\n\t- b', 'Tabs are not allowed', 2],
  ['a: *nowhere', "unknown anchor 'nowhere' referenced", 1],
  ['a: &a [*a]', "anchor 'a' value contains itself", 1],
  ['a: {<<: 1}', 'map merge requires map or sequence of maps', 1],
  ['a: {[1]: 2}', 'invalid map key', 1],
])('refuses %j and says where', (text, message, line) => {
  const error = thrown(() => read(text));
  expect(error).toBeInstanceOf(ComposeError);
  expect(error.message).toContain(message);
  expect(error.where).toMatchObject({ file: 'stack.yml', line });
});

it('refuses aliases that multiply', () => {
  const levels = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${Array.from({ length: 9 }, () => `*l${at}`).join(', ')}]`);
  expect(thrown(() => read(['l0: &l0 x', ...levels].join('\n'))).message).toContain('excessive aliasing');
});

it.each([1200, 50_000])('refuses nesting of %i levels', (levels) => {
  const error = thrown(() => read(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`));
  expect(error).toBeInstanceOf(ComposeError);
  expect(error.message).toContain('nesting is too deep');
});

it('finds the line of a key through aliases and lists', () => {
  const document = read('x: &x\n  ports:\n    - 80\n    - 81\nservices:\n  web: *x\n');
  expect(document.position(['services', 'web', 'ports', 1])).toMatchObject({ line: 4 });
  expect(document.position(['services', 'web', 'missing'])).toMatchObject({ line: 6 });
});

const thrown = (run: () => unknown): ComposeError => {
  try {
    run();
  } catch (error) {
    return error as ComposeError;
  }
  throw new Error('nothing was thrown');
};
