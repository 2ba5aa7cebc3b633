import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
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
  /** Takes an orphan away, never its data. `false`: it has been asked for meanwhile. */
  readonly remove: (type: WorkloadType, id: string, signal: AbortSignal) => Promise<boolean>;
}

/** How long an orphan stands before it may be removed. */
export const ORPHAN_GRACE_MS = 10 * 60_000;
/** Seen once may be a deletion under way. */
const REPORTED_AFTER = 2;

interface Sighting {
  readonly id: string;
  readonly type: WorkloadType;
  readonly since: number;
  readonly times: number;
}

/** Workloads that carry our label and that nobody asked for: told, and removed only after a grace time and only where that is wanted. Never their data. */
export class Orphans {
  readonly #options: OrphansOptions;
  /** By type and id: two runtimes may show one id. */
  readonly #seen = new Map<string, Sighting>();

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  ids(): readonly string[] {
    return [...new Set([...this.#seen.values()].filter(({ times }) => times >= REPORTED_AFTER).map(({ id }) => id))];
  }

  /** All orphans of a runtime, as it showed them just now. */
  async seen(type: WorkloadType, ids: readonly string[], signal: AbortSignal): Promise<void> {
    const { clock, log, collect, tell, remove } = this.#options;
    for (const [key, sighting] of this.#seen) if (sighting.type === type && !ids.includes(sighting.id)) this.#seen.delete(key);
    for (const id of ids) {
      const key = `${type} ${id}`;
      const before = this.#seen.get(key);
      const sighting = { id, type, since: before?.since ?? clock.monotonic(), times: (before?.times ?? 0) + 1 };
      this.#seen.set(key, sighting);
      if (sighting.times === REPORTED_AFTER) {
        log.warn({ workload: id, runtime: type, collect }, 'an orphan: it carries our label, and no workload of that id is on record');
        tell({ id, type, news: 'found' });
      }
      if (!collect || clock.monotonic() - sighting.since < ORPHAN_GRACE_MS) continue;
      await remove(type, id, signal).then(
        (gone) => {
          if (!gone) return;
          log.info({ workload: id }, 'an orphan was removed');
          tell({ id, type, news: 'removed' });
        },
        (error: unknown) => log.warn({ workload: id, err: error }, 'an orphan could not be removed'),
      );
    }
  }
}
