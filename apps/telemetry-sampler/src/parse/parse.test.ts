import { describe, expect, test } from 'vitest';
import { parseBlkio, parseIoStat } from './cgroup-io.ts';
import { containerIdOf, mayHoldContainers } from './container-path.ts';
import { parseDiskstats } from './diskstats.ts';
import { parseFlatKeyed, parseLimit } from './keyed.ts';
import { parseLoadavg } from './loadavg.ts';
import { parseMeminfo } from './meminfo.ts';
import { isMeasured, parseMountinfo } from './mountinfo.ts';
import { parseNetDev } from './net-dev.ts';
import { parseProcStat } from './proc-stat.ts';

describe('/proc/stat', () => {
  test('gives seconds by mode for each processor, and leaves the sum line out', () => {
    const { cpus } = parseProcStat('cpu  300 0 30 0 0 0 0 0 0 0\ncpu0 150 1 20 1000 50 3 4 5 60 7\ncpu11 100 0 0 0 0 0 0 0 0 0\n');
    expect(cpus).toEqual([
      { cpu: '0', seconds: [1.5, 0.01, 0.2, 10, 0.5, 0.03, 0.04, 0.05], guest: 0.6, guestNice: 0.07 },
      { cpu: '11', seconds: [1, 0, 0, 0, 0, 0, 0, 0], guest: 0, guestNice: 0 },
    ]);
  });

  test('takes only the total of the long lines', () => {
    const { totals } = parseProcStat('intr 522250 0 0 7\nctxt 99\nbtime 1763697000\nprocesses 12\nprocs_running 2\nprocs_blocked 1\nsoftirq 5 1 1\n');
    expect(Object.fromEntries(totals)).toEqual({ intr: 522_250, ctxt: 99, btime: 1_763_697_000, processes: 12, procs_running: 2, procs_blocked: 1, softirq: 5 });
  });

  test('takes kernels with fewer columns', () => {
    expect(parseProcStat('cpu0 100 0 100 100\n').cpus[0]).toMatchObject({ seconds: [1, 0, 1, 1, 0, 0, 0, 0], guest: 0 });
  });
});

describe('/proc/meminfo', () => {
  test.each([
    ['MemTotal:       24684092 kB', [{ name: 'MemTotal_bytes', value: 24_684_092 * 1024 }]],
    ['Active(anon):      100 kB', [{ name: 'Active_anon_bytes', value: 102_400 }]],
    ['HugePages_Total:       3', [{ name: 'HugePages_Total', value: 3 }]],
    ['total:    used:    free:', []],
    ['', []],
  ])('%s', (line, expected) => {
    expect(parseMeminfo(`${line}\n`)).toEqual(expected);
  });
});

describe('/proc/diskstats', () => {
  const columns = '1 2 3 4 5 6 7 8 9 10 11';
  test.each([
    ['vda', true], ['sda', true], ['nvme0n1', true], ['dm-0', true], ['md127', true], ['mmcblk0', true], ['sr0', true],
    ['vda1', false], ['sda12', false], ['xvdb1', false], ['nvme0n1p2', false], ['mmcblk0p1', false], ['loop3', false], ['ram0', false], ['zram0', false],
  ])('%s is a disk: %s', (device, isDisk) => {
    expect(parseDiskstats(` 254 0 ${device} ${columns}\n`).map((disk) => disk.device)).toEqual(isDisk ? [device] : []);
  });

  test.each([11, 15, 17])('reads the %i columns of its kernel', (count) => {
    const numbers = Array.from({ length: count }, (_unused, index) => index);
    expect(parseDiskstats(`   8       0 sda ${numbers.join(' ')}\n`)).toEqual([{ device: 'sda', columns: numbers }]);
  });
});

describe('/proc/net/dev', () => {
  const header = 'Inter-|   Receive  |  Transmit\n face |bytes packets |bytes\n';
  const numbers = [705_599_851, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

  test.each([
    ['  eth0: ', 'eth0'],
    ['eth0:', 'eth0'],
    ['eth0:1: ', 'eth0:1'],
    ['docker_gwbridge: ', 'docker_gwbridge'],
  ])('%j', (start, device) => {
    expect(parseNetDev(`${header}${start}${numbers.join('    ')}\n`)).toEqual([{ device, counters: numbers }]);
  });
});

describe('mountinfo', () => {
  test('reads with and without optional fields, and escaped blanks', () => {
    expect(
      parseMountinfo(
        [
          '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
          '42 27 8:1 / /mnt/My\\040disk ro,nosuid shared:1 master:2 - xfs /dev/sda1 ro',
        ].join('\n'),
      ),
    ).toEqual([
      { number: '254:0', device: '/dev/vda', mountPoint: '/', fsType: 'ext4', readOnly: false },
      { number: '8:1', device: '/dev/sda1', mountPoint: '/mnt/My disk', fsType: 'xfs', readOnly: true },
    ]);
  });

  test('gives only what is visible where two are mounted on one point', () => {
    const text = '25 24 0:23 / /data rw - tmpfs one rw\n30 25 0:27 / /data rw - tmpfs two rw\n';
    expect(parseMountinfo(text).map(({ device }) => device)).toEqual(['two']);
  });

  test.each([
    ['ext4', '/', true],
    ['overlay', '/', true],
    ['xfs', '/var/lib/axion', true],
    ['tmpfs', '/run', true],
    ['nfs4', '/mnt/share', true],
    ['ext4', '/var/lib/dockerish', true],
    ['overlay', '/var/lib/docker/overlay2/abc/merged', false],
    ['xfs', '/var/lib/docker/volumes/x', false],
    ['tmpfs', '/dev/shm', false],
    ['nsfs', '/run/docker/netns/1', false],
    ['cgroup2', '/sys/fs/cgroup', false],
  ])('%s on %s is measured: %s', (fsType, mountPoint, expected) => {
    expect(isMeasured({ number: '0:1', device: 'd', fsType, mountPoint, readOnly: false })).toBe(expected);
  });
});

describe('/proc/loadavg', () => {
  test.each([
    ['0.02 0.12 11.09 1/121 9871\n', { one: 0.02, five: 0.12, fifteen: 11.09 }],
    ['0.02 x 0.09', undefined],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(parseLoadavg(text)).toEqual(expected);
  });
});

describe('cgroup files', () => {
  test('name and number', () => {
    expect(Object.fromEntries(parseFlatKeyed('usage_usec 12\nuser_usec 7\nodd\nword x\n'))).toEqual({ usage_usec: 12, user_usec: 7 });
  });

  test.each([
    ['max\n', undefined],
    ['9223372036854771712\n', undefined],
    ['-1\n', undefined],
    ['', undefined],
    ['268435456\n', 268_435_456],
    ['0\n', 0],
  ])('a limit of %j', (text, expected) => {
    expect(parseLimit(text)).toBe(expected);
  });

  test('io.stat of v2', () => {
    expect(parseIoStat('254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n8:0 \n')).toEqual([
      { device: '254:0', readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 },
    ]);
  });

  test('blkio of v1', () => {
    expect(
      parseBlkio('254:0 Read 4096\n254:0 Write 8192\n254:0 Sync 1\n254:0 Total 12288\nTotal 12288\n', '254:0 Read 1\n254:0 Write 2\nTotal 3\n'),
    ).toEqual([{ device: '254:0', readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 }]);
    expect(parseBlkio('Total 0\n', 'Total 0\n')).toEqual([]);
  });

  const id = 'ab12'.repeat(16);
  test.each([
    [id, id],
    [`docker-${id}.scope`, id],
    ['docker.service', undefined],
    [`libpod-${id}.scope`, undefined],
    [id.slice(1), undefined],
  ])('folder %s', (folder, expected) => {
    expect(containerIdOf(folder)).toBe(expected);
  });

  test.each([
    ['docker', true], ['system.slice', true], ['mine', true],
    ['user.slice', false], ['init.scope', false], ['dev-hugepages.mount', false], ['ssh.service', false],
  ])('containers may lie in %s: %s', (folder, expected) => {
    expect(mayHoldContainers(folder)).toBe(expected);
  });
});
