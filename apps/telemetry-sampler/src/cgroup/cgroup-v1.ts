import type { HostFiles } from '../host-files.ts';
import { parseBlkio } from '../parse/cgroup-io.ts';
import type { DeviceIo } from '../parse/cgroup-io.ts';
import { parseFlatKeyed, parseLimit } from '../parse/keyed.ts';
import { USER_HZ } from '../parse/proc-stat.ts';
import { workingSetOf } from './container-usage.ts';
import type { CgroupTree, ContainerCgroup, ContainerUsage, CpuUsage, MemoryUsage, TaskUsage } from './container-usage.ts';
import { textIfThere } from './optional-file.ts';

const NANOSECONDS = 1e9;

/**
 * One hierarchy a controller (Documentation/admin-guide/cgroup-v1): the container has a folder of the same path in each.
 * The `total_` numbers are taken where there are any, so that what a container nests below itself is counted too.
 */
export class CgroupV1 implements CgroupTree {
  readonly root: string;
  readonly #mount: string;
  readonly #files: HostFiles;

  constructor(files: HostFiles, mount: string) {
    this.#files = files;
    this.#mount = mount;
    this.root = `${mount}/memory`;
  }

  processesOf(container: ContainerCgroup): string {
    return `${this.root}${container.path}/cgroup.procs`;
  }

  read(container: ContainerCgroup): ContainerUsage {
    const file = (controller: string, name: string): string => `${this.#mount}/${controller}${container.path}/${name}`;
    const cpu = this.#cpu(file);
    const tasks = this.#tasks(file);
    const io = this.#io(file);
    return {
      memory: this.#memory(file),
      ...(cpu === undefined ? {} : { cpu }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(io === undefined ? {} : { io }),
    };
  }

  #cpu(file: FileOf): CpuUsage | undefined {
    const total = textIfThere(this.#files, file('cpuacct', 'cpuacct.usage'));
    if (total === undefined) return undefined;
    const split = parseFlatKeyed(textIfThere(this.#files, file('cpuacct', 'cpuacct.stat')) ?? '');
    const quota = parseFlatKeyed(textIfThere(this.#files, file('cpu', 'cpu.stat')) ?? '');
    return {
      total: Number(total) / NANOSECONDS,
      user: (split.get('user') ?? 0) / USER_HZ,
      system: (split.get('system') ?? 0) / USER_HZ,
      ...((quota.get('nr_periods') ?? 0) === 0
        ? {}
        : { periods: quota.get('nr_periods')!, throttledPeriods: quota.get('nr_throttled') ?? 0, throttled: (quota.get('throttled_time') ?? 0) / NANOSECONDS }),
    };
  }

  /** The memory hierarchy is where containers are found: when this file is missing, so is the container. */
  #memory(file: FileOf): MemoryUsage {
    const used = Number(this.#files.text(file('memory', 'memory.usage_in_bytes')));
    const stat = parseFlatKeyed(this.#files.text(file('memory', 'memory.stat')));
    const limit = parseLimit(this.#files.text(file('memory', 'memory.limit_in_bytes')));
    const total = (name: string): number => stat.get(`total_${name}`) ?? stat.get(name) ?? 0;
    return {
      used,
      workingSet: workingSetOf(used, total('inactive_file')),
      anonymous: total('rss'),
      cache: total('cache'),
      mappedFiles: total('mapped_file'),
      swap: total('swap'),
      ...(limit === undefined ? {} : { limit }),
      pageFaults: total('pgfault'),
      majorPageFaults: total('pgmajfault'),
    };
  }

  #tasks(file: FileOf): TaskUsage | undefined {
    const current = parseLimit(textIfThere(this.#files, file('pids', 'pids.current')) ?? '');
    if (current === undefined) return undefined;
    const limit = parseLimit(textIfThere(this.#files, file('pids', 'pids.max')) ?? '');
    return { current, ...(limit === undefined ? {} : { limit }) };
  }

  #io(file: FileOf): readonly DeviceIo[] | undefined {
    const bytes = textIfThere(this.#files, file('blkio', 'blkio.throttle.io_service_bytes_recursive'));
    const counts = textIfThere(this.#files, file('blkio', 'blkio.throttle.io_serviced_recursive'));
    return bytes === undefined || counts === undefined ? undefined : parseBlkio(bytes, counts);
  }
}

type FileOf = (controller: string, name: string) => string;
