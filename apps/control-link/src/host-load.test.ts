import type { SampleBatch } from '@axion/contracts';
import { expect, test } from 'vitest';
import { HostLoad } from './host-load.ts';

const pass = (at: number, idle: number, user: number, containers: readonly string[] = []): SampleBatch => ({
  version: 1,
  at,
  families: [
    { name: 'node_cpu_seconds_total', type: 'counter', labels: ['cpu', 'mode'], rows: [[idle / 2, '0', 'idle'], [idle / 2, '1', 'iowait'], [user, '1', 'user']] },
    { name: 'node_memory_MemTotal_bytes', type: 'gauge', labels: [], rows: [[1000]] },
    { name: 'node_memory_MemAvailable_bytes', type: 'gauge', labels: [], rows: [[400]] },
    { name: 'node_filesystem_size_bytes', type: 'gauge', labels: ['device', 'mountpoint'], rows: [[9, 'a', '/data'], [100, 'b', '/']] },
    { name: 'node_filesystem_free_bytes', type: 'gauge', labels: ['device', 'mountpoint'], rows: [[9, 'a', '/data'], [30, 'b', '/']] },
    { name: 'container_memory_working_set_bytes', type: 'gauge', labels: ['id', 'name'], rows: containers.map((id) => [1, id, 'x']) },
  ],
});

const unknown = { cpuPercent: 0, memoryUsed: 0, diskUsed: 0, activeContainers: 0 };

test('the load is that between the last two passes', () => {
  const load = new HostLoad(1000, () => 2000);
  expect(load.now).toEqual(unknown);
  load.see(pass(1000, 100, 50, ['c1', 'c2']));
  expect(load.now).toEqual({ cpuPercent: 0, memoryUsed: 600, diskUsed: 70, activeContainers: 2 });
  load.see(pass(2000, 115, 55, ['c1']));
  expect(load.now).toEqual({ cpuPercent: 25, memoryUsed: 600, diskUsed: 70, activeContainers: 1 });
  load.see(pass(1500, 115, 90));
  expect(load.now.cpuPercent).toBe(25);
});

test('what is old is not claimed, and a restarted host is no negative load', () => {
  let now = 1000;
  const load = new HostLoad(1000, () => now);
  load.see(pass(1000, 100, 50));
  now = 2001;
  expect(load.now).toEqual(unknown);
  load.see(pass(2001, 1, 1));
  expect(load.now.cpuPercent).toBe(0);
});
