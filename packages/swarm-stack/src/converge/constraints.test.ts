import { expect, test } from 'vitest';
import type { SwarmNode } from '@axion/docker-engine';
import { eligibleNodes, unmetConstraints } from './constraints.ts';

const node = (over: Partial<SwarmNode>): SwarmNode => ({
  id: 'n',
  hostname: 'one',
  role: 'worker',
  state: 'ready',
  availability: 'active',
  labels: {},
  engineLabels: {},
  os: 'linux',
  architecture: 'x86_64',
  address: '10.0.0.1',
  leader: false,
  ...over,
});
const nodes = [node({ id: '1', role: 'manager', leader: true }), node({ id: '2', hostname: 'two', labels: { disk: 'SSD' } }), node({ id: '3', hostname: 'three', availability: 'drain' }), node({ id: '4', hostname: 'four', state: 'down' })];

test.each([
  [[], ['1', '2']],
  [['node.role==manager'], ['1']],
  [['node.role != manager'], ['2']],
  [['node.labels.disk == ssd'], ['2']],
  [['node.labels.disk != ssd'], ['1']],
  [['node.hostname == three'], []],
  [['node.platform.os == linux', 'node.id == 2'], ['2']],
  [['something we cannot read'], ['1', '2']],
] as const)('%j may run on %j', (constraints, ids) => {
  expect(eligibleNodes(nodes, constraints).map(({ id }) => id)).toEqual(ids);
});

test('the constraint at fault is named; when only their sum is, all are', () => {
  expect(unmetConstraints(nodes, ['node.role == manager', 'node.labels.disk == nvme'])).toEqual(['node.labels.disk == nvme']);
  expect(unmetConstraints(nodes, ['node.role == manager', 'node.labels.disk == ssd'])).toEqual(['node.role == manager', 'node.labels.disk == ssd']);
  expect(unmetConstraints(nodes, ['node.role == manager'])).toEqual([]);
});
