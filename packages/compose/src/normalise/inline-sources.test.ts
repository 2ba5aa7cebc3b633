import { expect, test } from 'vitest';
import { convertStack } from '../convert/convert-stack.ts';
import { loadStack } from '../load-stack.ts';
import type { Dialect } from '../load-options.ts';

const noFiles = (): Uint8Array => {
  throw Object.assign(new Error('no files here'), { code: 'ENOENT' });
};

const stack = (section: string, dialect: Dialect = 'agent') => {
  const { model } = loadStack({
    files: [{ name: 'stack.yml', text: `services: {a: {image: x}}\n${section}\n` }],
    workingDir: '/w',
    environment: { GREETING: 'hello', KEY: 's3cret' },
    readFile: noFiles,
    dialect,
  });
  return convertStack(model, { namespace: 'n', readFile: noFiles });
};
const text = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString();

test('a config holds its content, interpolated', () => {
  expect(text(stack('configs: {page: {content: "${GREETING} world"}}').configs[0]?.Data)).toBe('hello world');
});

test('a secret comes from a variable of the command', () => {
  expect(text(stack('secrets: {key: {environment: KEY}}').secrets[0]?.Data)).toBe('s3cret');
});

test.each([
  ['two sources', 'secrets: {key: {environment: KEY, content: x}}', 'exclude each other'],
  ['no source', 'configs: {page: {labels: {a: b}}}', 'has no source'],
  ['a variable that is not set', 'secrets: {key: {environment: NONE}}', 'NONE is not set'],
])('%s is refused', (_what, section, message) => expect(() => stack(section)).toThrow(message));

test('Docker knows neither', () => {
  expect(() => stack('configs: {page: {content: x}}', 'docker')).toThrow('Additional property content is not allowed');
});
