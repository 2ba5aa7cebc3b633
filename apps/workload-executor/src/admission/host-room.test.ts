import { expect, test } from 'vitest';
import { diskUsedPercent } from './disk-use.ts';
import { cpuTicks, memoryBytes } from './host-room.ts';

test('processor ticks: waiting for disks is no use of a processor', () => {
  expect(cpuTicks('cpu  100 0 50 800 40 0 10 0 0 0\ncpu0 1 2 3 4')).toEqual({ busy: 160, all: 1000 });
});

test('memory in bytes', () => {
  expect(memoryBytes('MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    400 kB\n')).toEqual({ total: 1_024_000, available: 409_600 });
});

test('disk use as df says it: blocks kept for root are neither used nor free', () => {
  expect(diskUsedPercent({ blocks: 100, bfree: 50, bavail: 30 })).toBe(63);
  expect(diskUsedPercent({ blocks: 0, bfree: 0, bavail: 0 })).toBe(0);
});
