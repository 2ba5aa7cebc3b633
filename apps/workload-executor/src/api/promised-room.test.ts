import { expect, test } from 'vitest';
import type { WorkloadRecord } from '../workload/record.ts';
import type { AnySpec } from '../workload/spec.ts';
import { PromisedRoom } from './promised-room.ts';

test('what counts is what is to be, and a spec is opened once', () => {
  const specs: Record<string, AnySpec> = {
    one: { type: 'compose', spec: { projectName: '', composeYaml: 'services: {a: {cpus: 1, mem_limit: 1m}}', env: {} } },
    two: { type: 'compose', spec: { projectName: '', composeYaml: 'services: {a: {cpus: 2}}', env: {} } },
  };
  let records: WorkloadRecord[] = [{ id: 'w', type: 'compose', desired: 'running', current: { revision: 'r1', memo: 'one' }, created_at: 0, updated_at: 0 }];
  const opened: string[] = [];
  const room = new PromisedRoom({ all: () => records, specOf: (_, revision) => (opened.push(revision?.memo ?? ''), specs[revision?.memo ?? '']) });
  expect(room.sum()).toEqual({ cpuMillicores: 1000, memory: 1024 ** 2, disk: 0 });
  room.sum();
  expect(opened).toEqual(['one']);
  records = [{ ...records[0]!, pending: { revision: 'r2', memo: 'two', task_id: 't', desired: 'running', accepted_at: 0 } }];
  expect(room.sum()).toEqual({ cpuMillicores: 2000, memory: 0, disk: 0 });
  records = [{ ...records[0]!, pending: { ...records[0]!.pending!, desired: 'stopped' } }];
  expect(room.sum()).toMatchObject({ cpuMillicores: 0 });
  records = [];
  expect([room.sum().cpuMillicores, opened]).toEqual([0, ['one', 'two']]);
});
