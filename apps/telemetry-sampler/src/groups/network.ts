import type { SampleRow } from '@axion/contracts';
import { textOfHost } from '../host-files.ts';
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
  readonly #proc: string;

  constructor(files: HostFiles, paths: HostPaths) {
    this.#files = files;
    this.#proc = paths.proc;
  }

  collect(): readonly MetricFamily[] {
    const interfaces = parseNetDev(textOfHost(this.#files, this.#proc, 'net/dev')).filter(({ device }) => !isContainerCable(device));
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
