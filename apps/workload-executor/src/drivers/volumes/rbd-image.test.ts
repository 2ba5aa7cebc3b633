import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@axion/testkit';
import { expect, test, vi } from 'vitest';
import { formatRbd, mapRbd, rbdImage } from './rbd-image.ts';

const { signal } = new AbortController();

/** Programs of Ceph and of file systems, as scripts that note what they were asked. `answers`: shell, by the first words of a call. */
const programs = async (answers: Readonly<Record<string, string>>) => {
  const folder = await tempDir('rbd');
  const bin = join(folder.path, 'bin');
  const calls = join(folder.path, 'calls');
  await mkdir(bin);
  const cases = Object.entries(answers).map(([words, script]) => `"${words}"*) ${script};;`).join('\n');
  for (const name of ['rbd', 'mkfs.ext4', 'mkfs.xfs']) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${calls}\ncase "${name} $*" in\n${cases}\nesac\n`);
    await chmod(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  return { calls: async () => (await readFile(calls, 'utf8')).trim().split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')), [Symbol.asyncDispose]: () => (vi.unstubAllEnvs(), folder[Symbol.asyncDispose]()) };
};

test.each([
  ['nothing was ever written to it', {}, true],
  ['its making was cut short', { 'rbd image-meta list': `echo '{"axion.format":"begun"}'`, 'rbd diff': `echo '[{"offset":0}]'` }, true],
  ['it was made', { 'rbd image-meta list': `echo '{"axion.format":"done"}'` }, false],
  ['it holds something that nobody knows', { 'rbd diff': `echo '[{"offset":0,"length":4194304}]'` }, false],
])('an image is formatted or left alone: %s', async (_why, answers, formats) => {
  await using ceph = await programs({ ...answers });
  await formatRbd('rbd/axion+w+data', 'ext4', signal);
  expect((await ceph.calls()).filter((call) => call.startsWith('mkfs'))).toEqual(formats ? ['mkfs.ext4 -q'] : []);
});

test('where the cluster cannot be asked, nothing is formatted', async () => {
  await using ceph = await programs({ 'rbd diff': 'echo "rbd: error opening image" >&2; exit 1' });
  await expect(formatRbd('rbd/axion+w+data', 'ext4', signal)).rejects.toMatchObject({ reason: 'STORAGE_ERROR' });
  expect((await ceph.calls()).filter((call) => call.startsWith('mkfs'))).toEqual([]);
});

test('who may not map is told what it takes', async () => {
  await using _ceph = await programs({ 'rbd device map': 'echo "rbd: sysfs write failed" >&2; echo "rbd: map failed: (13) Permission denied" >&2; exit 13' });
  await expect(mapRbd('rbd/axion+w+data', signal)).rejects.toMatchObject({ reason: 'STORAGE_ERROR', retryable: false, message: expect.stringContaining('(13) Permission denied; the agent\'s unit may not map') as string });
});

test('two workloads never have one image', () => {
  expect(rbdImage('a', 'b.c', 'rbd://fast')).toBe('fast/axion+a+b.c');
  expect(rbdImage('a.b', 'c', 'rbd://fast')).toBe('fast/axion+a.b+c');
});
