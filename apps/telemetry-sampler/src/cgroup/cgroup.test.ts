import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../fixtures/memory-files.ts';
import { findContainers } from './find-containers.ts';
import { openCgroups } from './open-cgroups.ts';

const id = 'c0de'.repeat(16);
const other = 'beef'.repeat(16);
const container = { id, path: `/docker/${id}` };

const V2 = {
  '/cg/cgroup.controllers': 'cpu io memory pids\n',
  [`/cg/docker/${id}/cpu.stat`]: 'usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\nnr_periods 10\nnr_throttled 3\nthrottled_usec 1500000\n',
  [`/cg/docker/${id}/memory.current`]: '10485760\n',
  [`/cg/docker/${id}/memory.stat`]: 'anon 4194304\nfile 6291456\nfile_mapped 1048576\ninactive_file 2097152\npgfault 900\npgmajfault 4\n',
  [`/cg/docker/${id}/memory.max`]: '268435456\n',
  [`/cg/docker/${id}/memory.swap.current`]: '4096\n',
  [`/cg/docker/${id}/io.stat`]: '254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n',
  [`/cg/docker/${id}/pids.current`]: '7\n',
  [`/cg/docker/${id}/pids.max`]: 'max\n',
};

const V1 = {
  [`/cg/memory/docker/${id}/memory.usage_in_bytes`]: '10485760\n',
  [`/cg/memory/docker/${id}/memory.stat`]:
    'cache 1\nrss 1\ntotal_cache 6291456\ntotal_rss 4194304\ntotal_mapped_file 1048576\ntotal_inactive_file 2097152\ntotal_swap 4096\ntotal_pgfault 900\ntotal_pgmajfault 4\n',
  [`/cg/memory/docker/${id}/memory.limit_in_bytes`]: '268435456\n',
  [`/cg/cpuacct/docker/${id}/cpuacct.usage`]: '2500000000\n',
  [`/cg/cpuacct/docker/${id}/cpuacct.stat`]: 'user 200\nsystem 50\n',
  [`/cg/cpu/docker/${id}/cpu.stat`]: 'nr_periods 10\nnr_throttled 3\nthrottled_time 1500000000\n',
  [`/cg/blkio/docker/${id}/blkio.throttle.io_service_bytes_recursive`]: '254:0 Read 4096\n254:0 Write 8192\nTotal 12288\n',
  [`/cg/blkio/docker/${id}/blkio.throttle.io_serviced_recursive`]: '254:0 Read 1\n254:0 Write 2\nTotal 3\n',
  [`/cg/pids/docker/${id}/pids.current`]: '7\n',
  [`/cg/pids/docker/${id}/pids.max`]: 'max\n',
};

const USAGE = {
  cpu: { total: 2.5, user: 2, system: 0.5, periods: 10, throttledPeriods: 3, throttled: 1.5 },
  memory: {
    used: 10_485_760,
    workingSet: 8_388_608,
    anonymous: 4_194_304,
    cache: 6_291_456,
    mappedFiles: 1_048_576,
    swap: 4096,
    limit: 268_435_456,
    pageFaults: 900,
    majorPageFaults: 4,
  },
  tasks: { current: 7 },
  io: [{ device: '254:0', readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 }],
};

describe.each([
  ['v2', V2],
  ['v1', V1],
])('cgroup %s', (_version, tree) => {
  test('finds the container and reads the same usage from it', () => {
    const files = memoryFiles(tree);
    const cgroups = openCgroups(files, '/cg');
    expect(findContainers(files, cgroups.root)).toEqual([container]);
    expect(cgroups.read(container)).toEqual(USAGE);
  });

  test('says that a container which ended is gone', () => {
    expect(() => openCgroups(memoryFiles(tree), '/cg').read({ id: other, path: `/docker/${other}` })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

test('v2 without the memory, io and pids controllers still gives processor time', () => {
  const bare = { '/cg/cgroup.controllers': '\n', [`/cg/docker/${id}/cpu.stat`]: 'usage_usec 1000000\nuser_usec 0\nsystem_usec 0\n' };
  expect(openCgroups(memoryFiles(bare), '/cg').read(container)).toEqual({ cpu: { total: 1, user: 0, system: 0 } });
});

test('finds containers of the systemd driver and below a parent of the own, and nothing of the host', () => {
  const paths = [`system.slice/docker-${id}.scope`, `mine/${other}`, 'system.slice/ssh.service', 'user.slice/user-0.slice', `user.slice/${id}`];
  const files = memoryFiles(Object.fromEntries(paths.map((path) => [`/cg/${path}/cpu.stat`, ''])));
  expect(findContainers(files, '/cg').map(({ path }) => path)).toEqual([`/system.slice/docker-${id}.scope`, `/mine/${other}`]);
});
