import type { SampleRow } from '@axion/contracts';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { NET_COLUMNS, parseNetDev } from '../parse/net-dev.ts';
import { counter } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

/** The host's end of a container's cable: one or two a container, with names that mean nothing after it ended. */
const isContainerCable = (device: string): boolean => device.startsWith('veth');

/** What went through each interface of the host. */
export class NetworkGroup implements SampleGroup {
  readonly name = 'network';
  readonly #files: HostFiles;
  readonly #path: string;

  constructor(files: HostFiles, paths: HostPaths) {
    this.#files = files;
    // `net` alone is the reading thread's; 1 is the host's also where this process has a network of its own.
    this.#path = `${paths.proc}/1/net/dev`;
  }

  collect(): readonly MetricFamily[] {
    const interfaces = parseNetDev(this.#files.text(this.#path)).filter(({ device }) => !isContainerCable(device));
    return NET_COLUMNS.map((column, index) =>
      counter(
        `node_network_${column}_total`,
        `Column ${column} of /proc/net/dev.`,
        ['device'],
        interfaces.map(({ device, counters }): SampleRow => [counters[index] ?? 0, device]),
      ),
    );
  }
}
