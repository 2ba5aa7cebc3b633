import type { HostFiles } from '../host-files.ts';
import { parseIoStat } from '../parse/cgroup-io.ts';
import { parseFlatKeyed, parseLimit } from '../parse/keyed.ts';
import { workingSetOf } from './container-usage.ts';
import type { CgroupTree, ContainerCgroup, ContainerUsage, CpuUsage, MemoryUsage, TaskUsage } from './container-usage.ts';
import { textIfThere } from './optional-file.ts';

const MICROSECONDS = 1e6;

/** The unified hierarchy (Documentation/admin-guide/cgroup-v2.rst): one folder a container holds every controller's files. */
export class CgroupV2 implements CgroupTree {
  readonly root: string;
  readonly #files: HostFiles;

  constructor(files: HostFiles, root: string) {
    this.#files = files;
    this.root = root;
  }

  processesOf(container: ContainerCgroup): string {
    return `${this.root}${container.path}/cgroup.procs`;
  }

  read(container: ContainerCgroup): ContainerUsage {
    const folder = `${this.root}${container.path}`;
    const cpu = this.#cpu(folder);
    const memory = this.#memory(folder);
    const tasks = this.#tasks(folder);
    const io = textIfThere(this.#files, `${folder}/io.stat`);
    return {
      cpu,
      ...(memory === undefined ? {} : { memory }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(io === undefined ? {} : { io: parseIoStat(io) }),
    };
  }

  /** cpu.stat exists in every cgroup, with or without the controller: when it is missing, so is the container. */
  #cpu(folder: string): CpuUsage {
    const stat = parseFlatKeyed(this.#files.text(`${folder}/cpu.stat`));
    const seconds = (name: string): number => (stat.get(name) ?? 0) / MICROSECONDS;
    return {
      total: seconds('usage_usec'),
      user: seconds('user_usec'),
      system: seconds('system_usec'),
      ...((stat.get('nr_periods') ?? 0) === 0
        ? {}
        : { periods: stat.get('nr_periods')!, throttledPeriods: stat.get('nr_throttled') ?? 0, throttled: seconds('throttled_usec') }),
    };
  }

  #memory(folder: string): MemoryUsage | undefined {
    const used = parseLimit(textIfThere(this.#files, `${folder}/memory.current`) ?? '');
    if (used === undefined) return undefined;
    const stat = parseFlatKeyed(this.#files.text(`${folder}/memory.stat`));
    const limit = parseLimit(textIfThere(this.#files, `${folder}/memory.max`) ?? '');
    return {
      used,
      workingSet: workingSetOf(used, stat.get('inactive_file') ?? 0),
      anonymous: stat.get('anon') ?? 0,
      cache: stat.get('file') ?? 0,
      mappedFiles: stat.get('file_mapped') ?? 0,
      swap: parseLimit(textIfThere(this.#files, `${folder}/memory.swap.current`) ?? '') ?? 0,
      ...(limit === undefined ? {} : { limit }),
      pageFaults: stat.get('pgfault') ?? 0,
      majorPageFaults: stat.get('pgmajfault') ?? 0,
    };
  }

  #tasks(folder: string): TaskUsage | undefined {
    const current = parseLimit(textIfThere(this.#files, `${folder}/pids.current`) ?? '');
    if (current === undefined) return undefined;
    const limit = parseLimit(textIfThere(this.#files, `${folder}/pids.max`) ?? '');
    return { current, ...(limit === undefined ? {} : { limit }) };
  }
}
