import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKey } from './key-file.ts';
import { SealedBox } from './sealed-box.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axion-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

const value = { password: 'geheim', files: { '/a': 'aGFsbG8=' } };

test('what was sealed opens under its label and key alone, and shows nothing', () => {
  const box = new SealedBox(randomBytes(32));
  const sealed = box.seal(value, 'p.1');
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('geheim');
  expect(box.open(sealed, 'p.1')).toEqual(value);
  expect(box.seal(value, 'p.1')).not.toBe(sealed);
  const refused = expect.objectContaining({ code: 'DATA_LOSS' });
  expect(() => box.open(sealed, 'p.2')).toThrow(refused);
  expect(() => new SealedBox(randomBytes(32)).open(sealed, 'p.1')).toThrow(refused);
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  expect(() => box.open(bytes.toString('base64'), 'p.1')).toThrow(refused);
  expect(() => box.open('', 'p.1')).toThrow(refused);
});

test('all instances that start at once get the same key, readable by its owner alone', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => readKey(folder, {})));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  const path = join(folder, 'swarm', 'revisions.key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path)).toEqual(keys[0]);
});

test("systemd's credential wins, and a damaged key is said to be one", async () => {
  await writeFile(join(folder, 'revisions.key'), Buffer.alloc(32, 7));
  expect(await readKey(folder, { CREDENTIALS_DIRECTORY: folder })).toEqual(Buffer.alloc(32, 7));
  await writeFile(join(folder, 'revisions.key'), 'short');
  await expect(readKey(folder, { CREDENTIALS_DIRECTORY: folder })).rejects.toMatchObject({ reason: 'KEY_DAMAGED' });
});
