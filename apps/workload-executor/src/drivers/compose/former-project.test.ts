import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Container } from '@axion/docker-engine';
import { expect, test } from 'vitest';
import { formerProject, formerRun } from './former-project.ts';

const row = (directory: string, files?: string): Container =>
  ({ labels: { 'com.docker.compose.project.working_dir': directory, ...(files === undefined ? {} : { 'com.docker.compose.project.config_files': files }) } }) as unknown as Container;

test('the containers name the files they came from, from their folder on', () => {
  expect(formerProject([])).toBeUndefined();
  expect(formerProject([row('/srv/a', 'docker-compose.yml'), row('/srv/a', 'docker-compose.yml')])).toEqual({ directory: '/srv/a', files: ['/srv/a/docker-compose.yml'] });
  expect(formerProject([row('/srv/a', '/x/compose.yml,/x/labels.yml')])?.files).toEqual(['/x/compose.yml', '/x/labels.yml']);
});

test('of containers that name none, or not the same, there is no file to go back to', () => {
  expect(formerProject([row('/srv/a')])).toEqual({ directory: '/srv/a', files: [] });
  expect(formerProject([row('/srv/a', 'a.yml'), row('/srv/a', 'b.yml')])?.files).toEqual([]);
});

test('what can be read is run from its own folder, with the variables beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'former-'));
  try {
    const former = { directory: folder, files: [join(folder, 'docker-compose.yml')] };
    expect(await formerRun('p', former)).toBeUndefined();
    await writeFile(join(folder, 'docker-compose.yml'), 'services: {}');
    expect(await formerRun('p', former)).toEqual({ project: 'p', ...former, env: {} });
    await writeFile(join(folder, 'env.json'), '{"A":"1"}');
    expect(await formerRun('p', former)).toEqual({ project: 'p', ...former, env: { A: '1' } });
    expect(await formerRun('p', { directory: folder, files: [] })).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
