import { expect, test } from 'vitest';
import { ownAction, wireAction } from './action-types.ts';

test('actions are told and found under the names that clients of a Persys node use', () => {
  expect((['apply', 'delete', 'retry', 'recreate'] as const).map(wireAction)).toEqual(['apply_workload', 'delete_workload', 'retry', 'recreate']);
  expect(['apply_workload', 'delete_workload', 'apply', 'recreate', ''].map(ownAction)).toEqual(['apply', 'delete', 'apply', 'recreate', '']);
});
