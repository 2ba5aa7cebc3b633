import { expect, test } from 'vitest';
import type { Failure, WorkloadRecord } from '../workload/record.ts';
import { decideApply } from './decide-apply.ts';

const current = { revision: 'r1', memo: 'm' };
const pending = { revision: 'r2', memo: 'm', task_id: 't', desired: 'running', accepted_at: 0 } as const;
const failure: Failure = { revision: 'r2', reason: 'RUNTIME_ERROR', message: 'x', at: 0, attempts: 4, terminal: 'no' };
const record = (over: Partial<WorkloadRecord>): WorkloadRecord => ({ id: 'w', type: 'container', desired: 'running', created_at: 0, updated_at: 0, ...over });

test.each([
  ['nothing is known', undefined, 'r1', 'running', 'replace'],
  ['the same revision and state', record({ current }), 'r1', 'running', 'skip'],
  ['the same revision, another state', record({ current }), 'r1', 'stopped', 'switch'],
  ['a new revision', record({ current }), 'r2', 'running', 'replace'],
  ['what is being done', record({ current, pending }), 'r2', 'running', 'join'],
  ['what is being done, in another state', record({ current, pending }), 'r2', 'stopped', 'replace'],
  ['what failed for good', record({ current, pending, failure }), 'r2', 'running', 'replace'],
  ['back to what is in force', record({ current, pending }), 'r1', 'running', 'switch'],
  ['what is in force but ails', record({ current, failure: { ...failure, revision: 'r1' } }), 'r1', 'running', 'switch'],
  ['what is being deleted', record({ current, deleting: { task_id: 't', accepted_at: 0 } }), 'r1', 'running', 'replace'],
] as const)('%s: %s', (_, found, revision, desired, decision) => {
  expect(decideApply(found, { revision, desired })).toBe(decision);
});
