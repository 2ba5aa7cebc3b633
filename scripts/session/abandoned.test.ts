import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { claimFolder, removeAbandoned } from './abandoned.ts';

const placeWith = (name: string): { readonly place: string; readonly folder: string } => {
  const place = mkdtempSync(join(tmpdir(), 'sessions-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const folder = join(place, name);
  mkdirSync(folder);
  return { place, folder };
};

test('what a killed session left is ended and removed, and its id is told', async () => {
  const { place, folder } = placeWith('axion-killed');
  const id = `test-${process.pid}`;
  const left = spawn('sleep', ['600'], { env: { ...process.env, AXION_TEST_SESSION: id } });
  await once(left, 'spawn');
  writeFileSync(join(folder, 'session.json'), JSON.stringify({ id, pid: process.pid, started: 'long before' }));
  const ended = once(left, 'exit');
  expect(removeAbandoned(place)).toEqual([id]);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(folder)).toBe(false);
});

test.each([
  ['a session that runs', (folder: string) => claimFolder(folder, 'running')],
  ['a folder that is no session', () => {}],
  ['a session that just begins', (folder: string) => writeFileSync(join(folder, 'session.json'), '{"id":')],
])('%s is left alone', (_, fill) => {
  const { place, folder } = placeWith('axion-other');
  fill(folder);
  expect(removeAbandoned(place)).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});
