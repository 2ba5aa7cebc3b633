import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hasEarlierKey } from './earlier-key.ts';

test('a key of an earlier start is a file or a credential; a folder of credentials without one is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'axion-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'missing', 'workloads.key');
  expect(await hasEarlierKey(file, {})).toBe(false);
  expect(await hasEarlierKey(file, { CREDENTIALS_DIRECTORY: folder })).toBe(false);
  await writeFile(join(folder, 'workloads.key'), '');
  expect(await hasEarlierKey(file, { CREDENTIALS_DIRECTORY: folder })).toBe(true);
  expect(await hasEarlierKey(join(folder, 'workloads.key'), {})).toBe(true);
});
