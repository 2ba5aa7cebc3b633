import { expect, test } from 'vitest';
import { containerCounters } from './container-counters.ts';

const id = 'a'.repeat(64);

test("the sampler's series become one row for each container, devices added up", () => {
  const labels = { id: `/system.slice/docker-${id}.scope`, name: 'x' };
  const found = containerCounters(
    [
      { name: 'container_cpu_usage_seconds_total', values: [{ value: 1.5, labels }] },
      { name: 'container_memory_working_set_bytes', values: [{ value: 4096, labels }] },
      { name: 'container_fs_reads_bytes_total', values: [{ value: 1, labels: { ...labels, device: 'a' } }, { value: 2, labels: { ...labels, device: 'b' } }] },
      { name: 'node_load1', values: [{ value: 1, labels: {} }] },
      { name: 'broken' },
    ],
    7,
  );
  expect([...found]).toEqual([[id, { cpuSeconds: 1.5, memoryBytes: 4096, diskReadBytes: 3, diskWriteBytes: 0, netRxBytes: 0, netTxBytes: 0, at: 7, source: 'sampler' }]]);
});
