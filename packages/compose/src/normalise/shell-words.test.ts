import { expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';

it.each([
  ['', []],
  ['echo a#b #c d', ['echo', 'a#b']],
  ['a #b\nc', ['a', 'c']],
  [`a 'b c' "d e"f`, ['a', 'b c', 'd ef']],
  ['a\\ b "\\"\\n" \'\\\'', ['a b', '"n', '\\']],
  [`'' ""`, ['', '']],
  ['sh -c "echo $X"', ['sh', '-c', 'echo $X']],
])('%j', (text, words) => {
  expect(shellWords(text)).toEqual(words);
});

it.each([
  ['a "b', 'EOF found when expecting closing quote'],
  ["a 'b", 'EOF found when expecting closing quote'],
  ['a \\', 'EOF found after escape character'],
  ['"a\\', 'EOF found after escape character'],
])('%j is refused', (text, message) => {
  expect(() => shellWords(text)).toThrow(message);
});
