import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Clock } from '@axion/core';
import { diskUsedPercent } from './disk-use.ts';

/** What the host has and how much of it is used. */
export interface HostRoom {
  readonly memoryTotal: number;
  readonly memoryUsed: number;
  readonly cpus: number;
  /** Percent of all processors over about the last minute. */
  readonly cpuPercent: number;
  /** Over about the last five minutes: a host that is busy for a moment is not full. */
  readonly cpuPercentLong: number;
  readonly diskPercent: number;
  readonly diskFree: number;
  readonly diskTotal: number;
  readonly diskUsed: number;
}

const EVERY_MS = 5000;
/** Weights of the newest measurement where a minute of them counts, or five. */
const WEIGHT = EVERY_MS / 60_000;
const WEIGHT_LONG = WEIGHT / 5;

/** `cpu  user nice system idle iowait …` in ticks since the start. Waiting for disks is no use of a processor. */
export const cpuTicks = (stat: string): { readonly busy: number; readonly all: number } => {
  const ticks = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0);
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
};

export const memoryBytes = (meminfo: string): { readonly total: number; readonly available: number } => {
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
  return { total: kilobytes('MemTotal'), available: kilobytes('MemAvailable') };
};

/** Watches the host, for admission and for HealthCheck: three small reads every 5 s. Has the shape of service-kit's `Service`. */
export class HostMeter {
  readonly name = 'host meter';
  readonly #diskPath: string;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  #ticks: { readonly busy: number; readonly all: number } | undefined;
  #cpuPercent = 0;
  #cpuPercentLong = 0;

  constructor(diskPath: string, clock: Clock) {
    this.#diskPath = diskPath;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async room(): Promise<HostRoom> {
    const [{ total, available }, disk] = await Promise.all([readFile('/proc/meminfo', 'utf8').then(memoryBytes), this.#disk()]);
    return {
      memoryTotal: total,
      memoryUsed: total - available,
      cpus: availableParallelism(),
      cpuPercent: Math.round(this.#cpuPercent),
      cpuPercentLong: Math.round(this.#cpuPercentLong),
      diskPercent: disk === undefined ? 0 : diskUsedPercent(disk),
      diskFree: disk === undefined ? 0 : disk.bavail * disk.bsize,
      diskTotal: disk === undefined ? 0 : disk.blocks * disk.bsize,
      diskUsed: disk === undefined ? 0 : (disk.blocks - disk.bfree) * disk.bsize,
    };
  }

  /** The folder may not be there yet; its parent is on the same disk. */
  async #disk() {
    for (let path = this.#diskPath; ; path = path.replace(/\/[^/]*$/, '') || '/') {
      const disk = await statfs(path).catch(() => undefined);
      if (disk !== undefined || path === '/') return disk;
    }
  }

  async #loop(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const ticks = cpuTicks(await readFile('/proc/stat', 'utf8').catch(() => ''));
      const before = this.#ticks;
      if (before !== undefined && ticks.all > before.all) {
        const now = (100 * (ticks.busy - before.busy)) / (ticks.all - before.all);
        this.#cpuPercent += (now - this.#cpuPercent) * WEIGHT;
        this.#cpuPercentLong += (now - this.#cpuPercentLong) * WEIGHT_LONG;
      }
      this.#ticks = ticks;
      await this.#clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }
}
