import { describe, expect, test } from 'vitest';
import { openCgroups } from '../cgroup/open-cgroups.ts';
import { shortIds } from '../container-names.ts';
import { FileSystemSpace } from '../file-system-space.ts';
import { memoryFiles } from '../fixtures/memory-files.ts';
import type { MetricFamily } from '../sample-group.ts';
import { ContainerGroup } from './containers.ts';
import { CpuGroup } from './cpu.ts';
import { DiskGroup } from './disk.ts';
import { FilesystemGroup } from './filesystem.ts';
import { LoadGroup } from './load.ts';
import { MemoryGroup } from './memory.ts';
import { NetworkGroup } from './network.ts';
import { SystemGroup } from './system.ts';

const paths = { proc: '/proc', cgroup: '/cg' };
const id = 'c0de'.repeat(16);

/** Series as Prometheus would write them, without help: short to compare. */
const series = (families: readonly MetricFamily[]): string[] =>
  families.flatMap(({ name, labels, rows }) => rows.map(([value, ...cells]) => `${name}{${labels.map((label, index) => `${label}="${cells[index]}"`).join(',')}} ${value}`));

describe('groups', () => {
  test('cpu', () => {
    const group = new CpuGroup(memoryFiles({ '/proc/stat': 'cpu0 150 0 20 1000 50 3 4 5 60 7\nctxt 9\nbtime 1763697000\n' }), paths);
    const lines = series(group.collect());
    expect(lines).toContain('node_cpu_seconds_total{cpu="0",mode="user"} 1.5');
    expect(lines).toContain('node_cpu_seconds_total{cpu="0",mode="steal"} 0.05');
    expect(lines).toContain('node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.6');
    expect(lines).toContain('node_boot_time_seconds{} 1763697000');
    expect(lines).not.toContain(expect.stringContaining('node_forks_total'));
  });

  test('cpu counters never step back by the jitter of the kernel', () => {
    let text = 'cpu0 0 0 0 1000 50 0 0 0 0 0\n';
    const group = new CpuGroup({ ...memoryFiles({}), text: () => text }, paths);
    group.collect();
    text = 'cpu0 0 0 0 1010 40 0 0 0 0 0\n';
    expect(series(group.collect())).toEqual(expect.arrayContaining(['node_cpu_seconds_total{cpu="0",mode="idle"} 10.1', 'node_cpu_seconds_total{cpu="0",mode="iowait"} 0.5']));
    text = 'cpu0 0 0 0 5 0 0 0 0 0 0\n';
    expect(series(group.collect())).toContain('node_cpu_seconds_total{cpu="0",mode="idle"} 0.05');
  });

  test('memory', () => {
    const group = new MemoryGroup(memoryFiles({ '/proc/meminfo': 'MemAvailable:    2 kB\nHugePages_Free:  0\n' }), paths);
    expect(series(group.collect())).toEqual(['node_memory_MemAvailable_bytes{} 2048', 'node_memory_HugePages_Free{} 0']);
  });

  test('disk', () => {
    const group = new DiskGroup(memoryFiles({ '/proc/diskstats': ' 254 0 vda 121770 36431 2 41995 14497 43678 4 7351 1 8736 49635\n' }), paths);
    const lines = series(group.collect());
    expect(lines).toHaveLength(11);
    expect(lines).toEqual(
      expect.arrayContaining([
        'node_disk_reads_completed_total{device="vda"} 121770',
        'node_disk_read_bytes_total{device="vda"} 1024',
        'node_disk_read_time_seconds_total{device="vda"} 41.995',
        'node_disk_written_bytes_total{device="vda"} 2048',
        'node_disk_io_now{device="vda"} 1',
        'node_disk_io_time_seconds_total{device="vda"} 8.736',
      ]),
    );
  });

  test('network, without the host ends of container cables', () => {
    const numbers = Array.from({ length: 16 }, (_unused, index) => index + 1).join(' ');
    const lines = series(new NetworkGroup(memoryFiles({ '/proc/1/net/dev': `h\nh\n eth0: ${numbers}\nveth12ab: ${numbers}\n` }), paths).collect());
    expect(lines).toHaveLength(16);
    const hidden = memoryFiles({ '/proc/1/net/dev': { errno: 'EACCES' }, '/proc/self/net/dev': `eth1: ${numbers}` });
    expect(series(new NetworkGroup(hidden, paths).collect())).toContain('node_network_receive_bytes_total{device="eth1"} 1');
    expect(lines).toEqual(
      expect.arrayContaining(['node_network_receive_bytes_total{device="eth0"} 1', 'node_network_transmit_bytes_total{device="eth0"} 9', 'node_network_transmit_carrier_total{device="eth0"} 15']),
    );
  });

  test('load', () => {
    expect(series(new LoadGroup(memoryFiles({ '/proc/loadavg': '0.5 1 2 1/2 3\n' }), paths).collect())).toEqual(['node_load1{} 0.5', 'node_load5{} 1', 'node_load15{} 2']);
    expect(() => new LoadGroup(memoryFiles({ '/proc/loadavg': '' }), paths).collect()).toThrow(/does not hold three load averages/);
  });

  test('system', () => {
    const kernel = { ostype: 'Linux', osrelease: '6.1.0', version: '#1 SMP', hostname: 'n1', domainname: '(none)' };
    const files = memoryFiles(Object.fromEntries(Object.entries(kernel).map(([name, text]) => [`/proc/sys/kernel/${name}`, `${text}\n`])));
    const clock = { now: () => 1_500, monotonic: () => 0, sleep: async () => {} };
    expect(series(new SystemGroup(files, paths, clock, 'x64').collect())).toEqual([
      'node_uname_info{sysname="Linux",release="6.1.0",version="#1 SMP",nodename="n1",domainname="(none)",machine="x86_64"} 1',
      'node_time_seconds{} 1.5',
    ]);
  });

  test('containers, named by what is known of them', () => {
    const files = memoryFiles({
      '/cg/cgroup.controllers': '',
      [`/cg/docker/${id}/cpu.stat`]: 'usage_usec 1000000\nuser_usec 750000\nsystem_usec 250000\n',
      [`/cg/docker/${id}/memory.current`]: '300\n',
      [`/cg/docker/${id}/memory.stat`]: 'inactive_file 100\n',
      [`/cg/docker/${id}/io.stat`]: '254:0 rbytes=1 wbytes=2 rios=3 wios=4\n',
    });
    const lines = series(new ContainerGroup(files, paths, () => openCgroups(files, '/cg'), shortIds).collect());
    expect(lines).toEqual(
      expect.arrayContaining([
        `container_cpu_usage_seconds_total{id="/docker/${id}",image="",name="c0dec0dec0de",cpu="total"} 1`,
        `container_memory_working_set_bytes{id="/docker/${id}",image="",name="c0dec0dec0de"} 200`,
        `container_fs_writes_bytes_total{id="/docker/${id}",image="",name="c0dec0dec0de",device="254:0"} 2`,
      ]),
    );
    expect(lines.join()).not.toMatch(/limit|throttled|undefined/);
  });

  test.each([
    ['its own', 'eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\nlo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n', '42\n43\n', ['1 eth0', '9 eth0']],
    ["the host's", 'host\n', '42\n', []],
    ['that of a process nobody can see', 'x\n', '0\n', []],
    ['that of no process', 'x\n', '', []],
  ])('containers with a network: %s', (_what, netDev, processes, expected) => {
    const files = memoryFiles({
      '/cg/cgroup.controllers': '',
      [`/cg/docker/${id}/cpu.stat`]: 'usage_usec 1\n',
      [`/cg/docker/${id}/cgroup.procs`]: processes,
      '/proc/self/net/dev': 'host\n',
      '/proc/42/net/dev': netDev,
    });
    const families = new ContainerGroup(files, paths, () => openCgroups(files, '/cg'), shortIds).collect();
    const bytes = families.filter(({ name }) => /^container_network_(receive|transmit)_bytes_total$/.test(name));
    expect(bytes.flatMap(({ rows }) => rows.map(([value, ...cells]) => `${value} ${cells.at(-1)}`))).toEqual(expected);
  });

  test.each([
    ['left behind by an engine that was killed', { 'cgroup.procs': '' }, 0],
    ['with its processes in a folder below', { 'cgroup.procs': '', 'init/cgroup.procs': '42\n' }, 1],
  ])('a folder %s', (_what, below, expected) => {
    const folder = `/cg/docker/${id}`;
    const files = memoryFiles({ '/cg/cgroup.controllers': '', [`${folder}/cpu.stat`]: 'usage_usec 1\n', ...Object.fromEntries(Object.entries(below).map(([name, text]) => [`${folder}/${name}`, text])) });
    const families = new ContainerGroup(files, paths, () => openCgroups(files, '/cg'), shortIds).collect();
    expect(families.find(({ name }) => name === 'container_cpu_user_seconds_total')?.rows.length ?? 0).toBe(expected);
  });

  test('a container that ends during the pass costs only itself', () => {
    const files = memoryFiles({ '/cg/cgroup.controllers': '', [`/cg/docker/${id}/cpu.stat`]: { errno: 'ENODEV' } });
    expect(new ContainerGroup(files, paths, () => openCgroups(files, '/cg'), shortIds).collect()).toEqual([]);
  });
});

describe('filesystem', () => {
  const mountinfo = '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /mnt/dead rw - nfs4 nas:/x rw\n3 1 8:2 / /srv ro - xfs /dev/sdb ro\n';
  const stats = { bsize: 1024, blocks: 100, bfree: 50, bavail: 40, files: 10, ffree: 5 };
  const files = memoryFiles({ '/proc/self/mountinfo': mountinfo });

  test('one that gives an error has no sizes and holds nobody up', async () => {
    const group = new FilesystemGroup(
      files,
      paths,
      new FileSystemSpace(async (path) => {
        if (path === '/mnt/dead') throw new Error('EIO');
        return stats;
      }),
    );
    const lines = series(await group.collect());
    expect(lines).toEqual(
      expect.arrayContaining([
        'node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 102400',
        'node_filesystem_avail_bytes{device="/dev/sdb",fstype="xfs",mountpoint="/srv"} 40960',
        'node_filesystem_readonly{device="/dev/sdb",fstype="xfs",mountpoint="/srv"} 1',
        'node_filesystem_device_error{device="nas:/x",fstype="nfs4",mountpoint="/mnt/dead"} 1',
      ]),
    );
    expect(lines).not.toContainEqual(expect.stringMatching(/size_bytes.*dead/));
  });

  test('an agent in a container measures the host\'s file systems where it sees them, and no other in their place', async () => {
    const inside = '1 0 0:50 / / rw - overlay overlay rw\n2 1 8:1 /var/lib/axion /var/lib/axion rw - ext4 /dev/sda1 rw\n3 1 0:51 / /srv rw - tmpfs tmpfs rw\n';
    const asked: string[] = [];
    const space = new FileSystemSpace(async (path) => {
      asked.push(path);
      return stats;
    });
    const lines = series(await new FilesystemGroup(memoryFiles({ '/proc/1/mountinfo': mountinfo, '/proc/self/mountinfo': inside }), paths, space).collect());
    expect(asked).toEqual(['/var/lib/axion']);
    expect(lines.filter((line) => /size_bytes|device_error/.test(line))).toEqual([
      'node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 102400',
      'node_filesystem_device_error{device="/dev/sda1",fstype="ext4",mountpoint="/"} 0',
      'node_filesystem_device_error{device="nas:/x",fstype="nfs4",mountpoint="/mnt/dead"} 1',
      'node_filesystem_device_error{device="/dev/sdb",fstype="xfs",mountpoint="/srv"} 1',
    ]);
  });

  test('one that hangs is asked once and then left alone until it answers', async () => {
    const asked: string[] = [];
    const { promise: server, resolve: comesBack } = Promise.withResolvers<void>();
    const space = new FileSystemSpace(async (path) => {
      asked.push(path);
      if (path === '/mnt/dead') await server;
      return stats;
    }, 5);
    expect(await space.of('/mnt/dead')).toBeUndefined();
    expect(await space.of('/mnt/dead')).toBeUndefined();
    expect(await space.of('/')).toMatchObject({ size: 102_400 });
    expect(asked).toEqual(['/mnt/dead', '/']);
    comesBack();
    await server;
    await new Promise(setImmediate);
    expect(await space.of('/mnt/dead')).toMatchObject({ available: 40_960 });
  });
});
