import { expect, it } from 'vitest';
import { substitute, SubstitutionError } from './substitute.ts';

const VARIABLES: Readonly<Record<string, string>> = { X: 'x', EMPTY: '' };
const lookup = (name: string): string | undefined => VARIABLES[name];
const docker = (template: string): string => substitute(template, { lookup, strict: false });
const strict = (template: string): string => substitute(template, { lookup, strict: true });

it.each([
  ['$X', 'x'],
  ['${X}', 'x'],
  ['a$X/b', 'ax/b'],
  ['$$X $$', '$X $'],
  ['$$$X', '$x'],
  ['$UNSET', ''],
  ['${UNSET:-d}', 'd'],
  ['${EMPTY:-d}', 'd'],
  ['${EMPTY-d}', ''],
  ['${UNSET-d}', 'd'],
  ['${X:-d}', 'x'],
  ['${X?e}', 'x'],
  ['${EMPTY?e}', ''],
  ['${UNSET:-a:-b}', 'a:-b'],
  ['$X-suffix', 'x'],
  ['$UNSET-suffix', 'suffix'],
  ['${UNSET:-${X}}', '${X}'],
  ['$X_Y', ''],
])('docker: %s becomes %s', (template, result) => {
  expect(docker(template)).toBe(result);
});

it.each([
  ['${UNSET:?must be set}', 'required variable UNSET is missing a value: must be set'],
  ['${EMPTY:?e}', 'required variable EMPTY is missing a value: e'],
  ['${UNSET?e}', 'required variable UNSET is missing a value: e'],
  ['a $ b', 'a $ b'],
  ['${X', '${X'],
  ['$1', '$1'],
  ['${X:+alt}', '${X:+alt}'],
])('docker: refuses %s', (template, problem) => {
  expect(() => docker(template)).toThrow(new SubstitutionError(problem));
});

it('docker: searches modifiers in a fixed order and forgets a problem before a good variable', () => {
  expect(docker('${UNSET:?a-b}')).toBe('b');
  expect(docker('${UNSET?e} $X')).toBe(' x');
});

it.each([
  ['${X:+alt}', 'alt'],
  ['${EMPTY:+alt}', ''],
  ['${EMPTY+alt}', 'alt'],
  ['${UNSET+alt}', ''],
])('agent: %s becomes %s', (template, result) => {
  expect(strict(template)).toBe(result);
});

it('agent: takes the modifier behind the name and forgets no problem', () => {
  expect(() => strict('${UNSET:?a-b}')).toThrow('required variable UNSET is missing a value: a-b');
  expect(() => strict('${UNSET?e} $X')).toThrow('required variable UNSET');
});
