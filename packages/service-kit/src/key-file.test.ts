import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKeyFile } from './key-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axion-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('all instances that start at once get the same key, readable by its owner alone', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => readKeyFile(join(folder, 'swarm', 'revisions.key'), {})));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  const path = join(folder, 'swarm', 'revisions.key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path)).toEqual(keys[0]);
});

test("systemd's credential wins, and a damaged key is said to be one", async () => {
  await writeFile(join(folder, 'revisions.key'), Buffer.alloc(32, 7));
  expect(await readKeyFile(join(folder, 'swarm', 'revisions.key'), { CREDENTIALS_DIRECTORY: folder })).toEqual(Buffer.alloc(32, 7));
  await writeFile(join(folder, 'revisions.key'), 'short');
  await expect(readKeyFile(join(folder, 'swarm', 'revisions.key'), { CREDENTIALS_DIRECTORY: folder })).rejects.toMatchObject({ reason: 'KEY_DAMAGED' });
});
