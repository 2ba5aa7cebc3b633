/** What `virsh domstats --raw` says of one domain, by key. */
export type DomainStats = ReadonlyMap<string, string>;

/** By the domain's name. Pure. */
export const parseStats = (printed: string): ReadonlyMap<string, DomainStats> => {
  const found = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of printed.split('\n')) {
    const [, name] = /^Domain: '(.*)'$/.exec(line.trim()) ?? [];
    const [, key, value] = /^\s+([^=\s]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, (current = new Map()));
    else if (key !== undefined && value !== undefined) current?.set(key, value);
  }
  return found;
};

export interface DomainCounters {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
  readonly netRxBytes: number;
  readonly netTxBytes: number;
}

/** What a domain has used since it started, and its memory now. Pure. */
export const domainCounters = (stats: DomainStats): DomainCounters => {
  const sum = (pattern: RegExp): number => [...stats].reduce((total, [key, value]) => (pattern.test(key) ? total + Number(value) : total), 0);
  const number = (key: string): number => Number(stats.get(key) ?? 0);
  return {
    cpuSeconds: number('cpu.time') / 1e9,
    // `rss` is what the host gives; `current` what the guest was given of its memory.
    memoryBytes: (number('balloon.rss') || number('balloon.current')) * 1024,
    diskReadBytes: sum(/^block\.\d+\.rd\.bytes$/),
    diskWriteBytes: sum(/^block\.\d+\.wr\.bytes$/),
    netRxBytes: sum(/^net\.\d+\.rx\.bytes$/),
    netTxBytes: sum(/^net\.\d+\.tx\.bytes$/),
  };
};
