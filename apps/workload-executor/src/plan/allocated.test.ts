import { expect, test } from 'vitest';
import type { AnySpec } from '../workload/spec.ts';
import { allocated, shareOf } from './allocated.ts';

const volume = { name: 'data', driver: '', sizeGb: 2, accessMode: '', fsType: '', mountPath: '/data', readOnly: false, retainPolicy: '' };
const container: AnySpec = {
  type: 'container',
  spec: { image: 'x', command: [], args: [], env: {}, volumes: [], ports: [], labels: {}, managedVolumes: [volume], resources: { cpuShares: 500, memoryBytes: 64, memorySwapBytes: 0 } },
};
const free: AnySpec = { type: 'container', spec: { image: 'x', command: [], args: [], env: {}, volumes: [], ports: [], labels: {}, managedVolumes: [] } };
const vm: AnySpec = {
  type: 'vm',
  spec: { name: '', vcpus: 2, memoryMb: 1, disks: [{ path: '', device: 'vda', format: 'raw', sizeGb: 5, type: 'disk', boot: true }], networks: [], cloudInit: '', metadata: {}, managedVolumes: [volume] },
};
const compose: AnySpec = { type: 'compose', spec: { projectName: 'p', composeYaml: '', env: {} } };

test('limits of what is to run add up; disks count also of what is stopped', () => {
  const GB = 1024 ** 3;
  expect(allocated([])).toEqual({ cpuMillicores: 0, memory: 0, disk: 0 });
  expect(allocated([container, free, compose].map((workload) => ({ desired: 'running', share: shareOf(workload) })))).toEqual({ cpuMillicores: 500, memory: 64, disk: 2 * GB });
  expect(allocated([{ desired: 'stopped', share: shareOf(container) }, { desired: 'running', share: shareOf(vm) }])).toEqual({ cpuMillicores: 2000, memory: 1024 ** 2, disk: 9 * GB });
});
