import type { Clock } from '@axion/core';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { gauge } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

/** Label of node_uname_info and the file below /proc/sys/kernel that holds it. */
const NAMES = [
  ['sysname', 'ostype'],
  ['release', 'osrelease'],
  ['version', 'version'],
  ['nodename', 'hostname'],
  ['domainname', 'domainname'],
] as const;

const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Which kernel this is, and what time it has. */
export class SystemGroup implements SampleGroup {
  readonly name = 'system';
  readonly #files: HostFiles;
  readonly #kernel: string;
  readonly #clock: Clock;
  readonly #machine: string;

  constructor(files: HostFiles, paths: HostPaths, clock: Clock, arch: string) {
    this.#files = files;
    this.#kernel = `${paths.proc}/sys/kernel`;
    this.#clock = clock;
    this.#machine = MACHINES[arch] ?? arch;
  }

  collect(): readonly MetricFamily[] {
    const names = NAMES.map(([, file]) => this.#files.text(`${this.#kernel}/${file}`).trim());
    return [
      gauge('node_uname_info', 'Names of the running kernel, as uname(2) gives them; always 1.', [...NAMES.map(([label]) => label), 'machine'], [[1, ...names, this.#machine]]),
      gauge('node_time_seconds', 'Wall clock of the host, seconds since 1970.', [], [[this.#clock.now() / 1000]]),
    ];
  }
}
