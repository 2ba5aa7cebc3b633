import type { Clock } from '@axion/core';
import type { Usage } from '../driver.ts';
import { domainCounters, parseStats } from './parse-stats.ts';
import type { DomainCounters } from './parse-stats.ts';
import type { Virsh } from './virsh.ts';

/** Within this time an answer is used again: one process measures all domains. */
const FRESH_MS = 5000;

interface Measured {
  readonly counters: DomainCounters;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** What domains use, from `virsh domstats`; processor time as the difference of two measurements. */
export class DomainUsage {
  readonly #virsh: Virsh;
  readonly #clock: Clock;
  readonly #before = new Map<string, Measured>();
  readonly #last = new Map<string, Usage>();
  #asked = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(virsh: Virsh, clock: Clock) {
    this.#virsh = virsh;
    this.#clock = clock;
  }

  async of(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
    if (ids.length === 0) return new Map();
    if (this.#clock.monotonic() - this.#asked >= FRESH_MS) {
      this.#asking ??= this.#measure(signal).finally(() => (this.#asking = undefined));
      await this.#asking.catch(() => signal.throwIfAborted());
    }
    return new Map(ids.flatMap((id) => (this.#last.has(id) ? [[id, this.#last.get(id)!] as const] : [])));
  }

  forget(id: string): void {
    this.#before.delete(id);
    this.#last.delete(id);
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const printed = await this.#virsh.run('measure the domains', ['domstats', '--list-active', '--nowait', '--cpu-total', '--balloon', '--interface', '--block', '--raw'], signal);
    const at = this.#clock.monotonic();
    this.#asked = at;
    const found = parseStats(printed);
    for (const id of this.#last.keys()) if (!found.has(id)) this.forget(id);
    for (const [id, stats] of found) {
      const counters = domainCounters(stats);
      const before = this.#before.get(id);
      const cpuPercent = before === undefined || at <= before.at ? 0 : Math.max(0, ((counters.cpuSeconds - before.counters.cpuSeconds) * 100_000) / (at - before.at));
      const { cpuSeconds: _spent, ...rest } = counters;
      this.#before.set(id, { counters, at });
      this.#last.set(id, { ...rest, cpuPercent: Math.round(cpuPercent * 100) / 100, collectedAt: this.#clock.now(), source: 'virsh' });
    }
  }
}
