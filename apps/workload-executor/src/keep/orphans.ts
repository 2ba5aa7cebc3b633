import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { Driver } from '../drivers/driver.ts';
import type { WorkloadType } from '../workload/spec.ts';

/** What became of an orphan. */
export interface OrphanNews {
  readonly id: string;
  readonly type: WorkloadType;
  readonly news: 'found' | 'removed';
}

export interface OrphansOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** `[workloads].gc_orphans` */
  readonly collect: boolean;
  readonly tell: (news: OrphanNews) => void;
}

/** How long an orphan stands before it may be removed. */
export const ORPHAN_GRACE_MS = 10 * 60_000;
/** Seen once may be a deletion under way. */
const REPORTED_AFTER = 2;

interface Sighting {
  readonly type: string;
  readonly since: number;
  readonly times: number;
}

/** Workloads that carry our label and that nobody asked for: told, and removed only after a grace time and only where that is wanted. Never their data. */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #seen = new Map<string, Sighting>();

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  ids(): readonly string[] {
    return [...this.#seen].filter(([, { times }]) => times >= REPORTED_AFTER).map(([id]) => id);
  }

  /** All orphans of a runtime, as it showed them just now. */
  async seen(driver: Pick<Driver, 'type' | 'remove'>, ids: readonly string[], signal: AbortSignal): Promise<void> {
    const { clock, log, collect, tell } = this.#options;
    const { type } = driver;
    for (const [id, sighting] of this.#seen) if (sighting.type === type && !ids.includes(id)) this.#seen.delete(id);
    for (const id of ids) {
      const before = this.#seen.get(id);
      const sighting = { type, since: before?.since ?? clock.monotonic(), times: (before?.times ?? 0) + 1 };
      this.#seen.set(id, sighting);
      if (sighting.times === REPORTED_AFTER) {
        log.warn({ workload: id, runtime: type, collect }, 'an orphan: it carries our label, and no workload of that id is on record');
        tell({ id, type, news: 'found' });
      }
      if (!collect || clock.monotonic() - sighting.since < ORPHAN_GRACE_MS) continue;
      await driver.remove(id, undefined, { data: false }, signal).then(
        () => {
          log.info({ workload: id }, 'an orphan was removed');
          tell({ id, type, news: 'removed' });
        },
        (error: unknown) => log.warn({ workload: id, err: error }, 'an orphan could not be removed'),
      );
    }
  }
}
