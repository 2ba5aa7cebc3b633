import type { Container } from '@axion/docker-engine';
import { expect, test } from 'vitest';
import type { ProjectState } from './compose-home.ts';
import { projectInstance } from './project-view.ts';

const row = (service: string, state: string, status: string): Container => ({
  id: `id-${service}`, name: `p-${service}-1`, image: 'a', imageId: 'i', state, status, ports: [], createdAt: 0,
  labels: { 'com.docker.compose.project': 'p', 'com.docker.compose.service': service },
});
const known = (services: Readonly<Record<string, string>>, over: Partial<ProjectState> = {}): ProjectState => ({
  id: 'w', project: 'p', ...over,
  good: { revision: 'r1', memo: 'm', desired: 'running', folder: '/f', services: Object.entries(services).map(([name, restart]) => ({ name, restart, expected: 1 })) },
});
const up = row('web', 'running', 'Up 3 minutes');

test.each<[string, readonly Container[], ProjectState | undefined, object]>([
  ['all runs', [up], known({ web: '' }), { state: 'running', revision: 'r1', memo: 'm', message: '1 of 1 containers run', mixed: false }],
  ['health open', [row('web', 'running', 'Up 1 second (health: starting)')], known({ web: '' }), { state: 'running', message: expect.stringContaining('not known yet') }],
  ['a job is done', [up, row('job', 'exited', 'Exited (0) 1 second ago')], known({ web: '', job: '' }), { state: 'running' }],
  ['a service ended well that should not end', [up, row('db', 'exited', 'Exited (0) 1 second ago')], known({ web: '', db: 'always' }), { state: 'failed', message: 'service db exited with code 0' }],
  ['one was killed', [up, row('db', 'exited', 'Exited (137) 1 second ago')], known({ web: '', db: '' }), { state: 'failed', selfHealing: false }],
  ['one restarts', [up, row('db', 'restarting', 'Restarting (1) 1 second ago')], known({ web: '', db: 'always' }), { state: 'failed', selfHealing: true }],
  ['one is missing', [up], known({ web: '', db: '' }), { state: 'failed', message: 'service db has no container', selfHealing: false }],
  ['all were stopped', [row('web', 'exited', 'Exited (143) 1 second ago')], known({ web: '' }), { state: 'stopped', completed: false, message: 'stopped' }],
  ['all is completed', [row('job', 'exited', 'Exited (0) 1 second ago')], known({ job: 'no' }), { state: 'stopped', completed: true, message: 'completed' }],
  ['all failed', [row('job', 'exited', 'Exited (2) 1 second ago')], known({ job: 'no' }), { state: 'failed' }],
  ['the record is lost', [up], undefined, { state: 'running', revision: undefined, memo: undefined }],
  ['an attempt is open', [up], known({ web: '' }, { attempt: { revision: 'r2', memo: 'n', desired: 'running', folder: '/g', services: [] } }), { revision: 'r1', mixed: true }],
])('%s', (_what, rows, state, expected) => {
  expect(projectInstance('w', rows, state)).toMatchObject(expected);
});
