import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError, Secret } from '@axion/core';
import { tempDir } from '@axion/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keptLog } from './fixtures/fake-plane.ts';
import { TokenBook } from './token-book.ts';

const refusal = new AxionError('UNAUTHENTICATED', 'the token is not known');
const setup = async () => {
  const folder = await tempDir('tokens');
  onTestFinished(() => folder.remove());
  const file = join(folder.path, 'link', 'token.json');
  const { log, lines } = keptLog();
  return { file, lines, open: (configured = 'first') => TokenBook.open({ configured: new Secret(configured), file, log }) };
};

test('a token that was proven takes the place of the former, also after a restart, until another is configured', async () => {
  const { file, open } = await setup();
  const book = await open();
  expect(book.current.reveal()).toBe('first');
  await book.rotate('second', async (token) => {
    expect([token.reveal(), book.current.reveal()]).toEqual(['second', 'first']);
    expect(JSON.parse(await readFile(file, 'utf8')), 'both are on disk before anybody sees the new one').toMatchObject({ token: 'first', other: 'second' });
  });
  expect(book.current.reveal()).toBe('second');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await open()).current.reveal()).toBe('second');
  expect((await open('configured anew')).current.reveal()).toBe('configured anew');
});

test('one that is refused, or none, leaves the former in use', async () => {
  const { file, open } = await setup();
  const book = await open();
  await expect(book.rotate('second', async () => { throw refusal; })).rejects.toBe(refusal);
  for (const bad of [undefined, '', 'two words', 'two\nlines', 'newline\n', 'tökén', 'x'.repeat(5000)]) await expect(book.rotate(bad, async () => undefined)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect((await open()).current.reveal()).toBe('first');
  expect(await readFile(file, 'utf8')).not.toContain('second');
});

test('cut short, both are kept: a refusal turns to the other, an answer settles it', async () => {
  const { file, open } = await setup();
  const away = new AxionError('UNAVAILABLE', 'no answer');
  await expect((await open()).rotate('second', async () => { throw away; })).rejects.toBe(away);
  const next = await open();
  expect(next.current.reveal()).toBe('first');
  next.refused();
  await vi.waitFor(() => expect(next.current.reveal()).toBe('second'));
  next.answered();
  await vi.waitFor(async () => expect(await readFile(file, 'utf8')).not.toContain('first'));
  next.refused();
  expect((await open()).current.reveal()).toBe('second');
});

test('a damaged file is said, and the configured token used', async () => {
  const { file, lines, open } = await setup();
  await (await open()).rotate('second', async () => undefined);
  await writeFile(file, '{');
  expect((await open()).current.reveal()).toBe('first');
  expect(lines).toEqual([expect.stringContaining('damaged')]);
});
