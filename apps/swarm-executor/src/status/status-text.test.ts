import { expect, test } from 'vitest';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { statusText } from './status-text.ts';

const record = (state: ProjectRecord['state']): ProjectRecord => ({ project_id: 'shop', state, updated_at: '' });
const good = { name: 'web', state: 'converged' };

test.each([
  ['running', record('deployed'), [good], 'project shop runs: 1 of 1 service runs'],
  ['starting', record('deployed'), [good, { name: 'db', state: 'waiting', waiting_for: 'db: 0 of 1 running' }], 'project shop is starting: 1 of 2 services run; db: 0 of 1 running'],
  ['degraded', record('deployed'), [{ name: 'db', state: 'failed', failure: { error: 'task: non-zero exit (3)' } }], 'project shop is degraded: 0 of 1 service runs; db: task: non-zero exit (3)'],
  ['deploying', record('deploying'), [], 'project shop is being deployed: 0 of 0 services run'],
  ['stopped', record('stopped'), [], 'project shop is stopped'],
  ['stopped', record('failed'), [], 'project shop does not run: its first deployment failed and was removed'],
  ['stopped', undefined, [], 'project shop is not known here: it was never deployed, and nothing of it runs'],
] as const)('%s', (state, known, services, text) => expect(statusText('shop', state, known, services)).toBe(text));
