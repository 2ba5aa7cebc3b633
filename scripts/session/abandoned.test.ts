import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dev } from '../setup/paths.mjs';
import { claimFolder, removeAbandoned } from './abandoned.ts';

const ID = 'abcdef';

const placeWith = (name: string): { readonly place: string; readonly folder: string } => {
  const place = mkdtempSync(join(tmpdir(), 'sessions-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const folder = join(place, name);
  mkdirSync(folder);
  return { place, folder };
};

/** What a session that is gone said of itself. */
const claim = (folder: string, over: object | null = {}): void =>
  writeFileSync(join(folder, 'session.json'), JSON.stringify(over === null ? null : { pid: process.pid, started: 'long before', dev, ...over }));

test('what a killed session left is ended and removed, and its id is told', async () => {
  const { place, folder } = placeWith(`axion-${ID}-Ab3xyz`);
  const left = spawn('sleep', ['600'], { env: { ...process.env, AXION_TEST_SESSION: ID } });
  await once(left, 'spawn');
  claim(folder);
  const ended = once(left, 'exit');
  expect(removeAbandoned(place)).toEqual([ID]);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(folder)).toBe(false);
});

test.each<[string, string, (folder: string) => void]>([
  ['a session that runs', `axion-${ID}-Ab3xyz`, claimFolder],
  ['a folder that is no session', `axion-${ID}-Ab3xyz`, () => {}],
  ['a session that just begins', `axion-${ID}-Ab3xyz`, (folder) => writeFileSync(join(folder, 'session.json'), '{"pid":')],
  ['what says nothing', `axion-${ID}-Ab3xyz`, (folder) => claim(folder, null)],
  ['what says nonsense', `axion-${ID}-Ab3xyz`, (folder) => claim(folder, { pid: 'one' })],
  ['another checkout’s', `axion-${ID}-Ab3xyz`, (folder) => claim(folder, { dev: '/elsewhere/.dev' })],
  ['a folder of another name', 'axion-evil', (folder) => claim(folder, { id: '../../victim' })],
  ['a link', `axion-${ID}-Ab3xyz`, (folder) => {
    rmSync(folder, { recursive: true });
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    claim(elsewhere);
    symlinkSync(elsewhere, folder);
  }],
])('%s is left alone', (_, name, fill) => {
  const { place, folder } = placeWith(name);
  fill(folder);
  expect(removeAbandoned(place)).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});
