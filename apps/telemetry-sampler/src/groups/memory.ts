import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { parseMeminfo } from '../parse/meminfo.ts';
import { gauge } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

/** Every field of /proc/meminfo as a gauge of its own. */
export class MemoryGroup implements SampleGroup {
  readonly name = 'memory';
  readonly #files: HostFiles;
  readonly #path: string;

  constructor(files: HostFiles, paths: HostPaths) {
    this.#files = files;
    this.#path = `${paths.proc}/meminfo`;
  }

  collect(): readonly MetricFamily[] {
    return parseMeminfo(this.#files.text(this.#path)).map(({ name, value }) => gauge(`node_memory_${name}`, `Field ${name} of /proc/meminfo.`, [], [[value]]));
  }
}
