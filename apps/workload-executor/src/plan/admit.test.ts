import { expect, test } from 'vitest';
import { demandOf } from '../keep/demand.ts';
import type { AnySpec } from '../workload/spec.ts';
import { refusalFor } from './admit.ts';
import type { Demand } from './admit.ts';

const MB = 1024 * 1024;
const limits = { maxMemoryPercent: 80, maxCpuPercent: 80, maxDiskPercent: 90 };
const room = { memoryTotal: 1000 * MB, memoryUsed: 500 * MB, cpus: 2, cpuPercentLong: 10, diskPercent: 20, diskFree: 1e9 };
const container = (megabytes: number): Demand => demandOf({
  type: 'container',
  spec: { image: 'x', command: [], args: [], env: {}, volumes: [], ports: [], labels: {}, managedVolumes: [], resources: { cpuShares: 0, memoryBytes: megabytes * MB, memorySwapBytes: 0 } },
});
const machine: AnySpec = { type: 'vm', spec: { name: '', vcpus: 4, memoryMb: 1, disks: [], networks: [], cloudInit: '', metadata: {}, managedVolumes: [] } };
const vm = demandOf(machine);
const application = demandOf({ type: 'compose', spec: { projectName: '', composeYaml: 'services: {a: {mem_limit: 200m, scale: 2}}', env: {} } });

test('what fits is admitted', () => {
  expect(refusalFor(container(300), undefined, room, limits)).toBeUndefined();
  expect(refusalFor(container(0), undefined, room, limits)).toBeUndefined();
});

test('the refusal says the numbers', () => {
  const refused = refusalFor(container(301), undefined, room, limits);
  expect(refused).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'INSUFFICIENT_RESOURCES', details: { requested_mb: 301, used_mb: 500, total_mb: 1000, allowed_mb: 800 } });
  expect(refused?.message).toContain('301 MB are asked for, 500 of 1000 MB are used');
});

test('what it takes the place of gives its memory back', () => {
  expect(refusalFor(container(900), container(700), room, limits)).toBeUndefined();
});

test.each([
  ['memory', container(0), { ...room, memoryUsed: 900 * MB }],
  ['memory of an application', application, room],
  ['processors of the host', vm, room],
  ['processor time', container(0), { ...room, cpuPercentLong: 81 }],
  ['disk', container(0), { ...room, diskPercent: 91 }],
])('%s', (_, asked, full) => expect(refusalFor(asked, undefined, full, limits)?.code).toBe('RESOURCE_EXHAUSTED'));
