import { AxionError } from '@axion/core';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { parseLoadavg } from '../parse/loadavg.ts';
import { gauge } from '../sample-group.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

/** The load averages. */
export class LoadGroup implements SampleGroup {
  readonly name = 'load';
  readonly #files: HostFiles;
  readonly #path: string;

  constructor(files: HostFiles, paths: HostPaths) {
    this.#files = files;
    this.#path = `${paths.proc}/loadavg`;
  }

  collect(): readonly MetricFamily[] {
    const load = parseLoadavg(this.#files.text(this.#path));
    if (load === undefined) throw new AxionError('DATA_LOSS', `${this.#path} does not hold three load averages`);
    return [
      gauge('node_load1', 'Load average over 1 minute.', [], [[load.one]]),
      gauge('node_load5', 'Load average over 5 minutes.', [], [[load.five]]),
      gauge('node_load15', 'Load average over 15 minutes.', [], [[load.fifteen]]),
    ];
  }
}
