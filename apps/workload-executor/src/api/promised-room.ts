import { composeLimits } from '../drivers/compose/compose-limits.ts';
import { allocated, shareOf, type Allocated } from '../plan/allocated.ts';
import type { WorkloadBook } from '../store/workload-book.ts';
import type { AnySpec } from '../workload/spec.ts';

interface KnownShare {
  readonly memo: string | undefined;
  /** Undefined: the spec cannot be opened. */
  readonly share: Allocated | undefined;
}

const shareIn = (workload: AnySpec): Allocated => (workload.type === 'compose' ? { ...composeLimits(workload.spec), disk: 0 } : shareOf(workload));

/** What the workloads on record were promised. A spec is opened once, and again only when it is another one. */
export class PromisedRoom {
  readonly #book: Pick<WorkloadBook, 'all' | 'specOf'>;
  #shares: ReadonlyMap<string, KnownShare> = new Map();

  constructor(book: Pick<WorkloadBook, 'all' | 'specOf'>) {
    this.#book = book;
  }

  sum(): Allocated {
    const shares = new Map<string, KnownShare>();
    for (const { id, pending, current } of this.#book.all()) {
      const revision = pending ?? current;
      const before = this.#shares.get(id);
      if (before !== undefined && before.memo === revision?.memo) shares.set(id, before);
      else {
        const workload = this.#book.specOf(id, revision);
        shares.set(id, { memo: revision?.memo, share: workload && shareIn(workload) });
      }
    }
    this.#shares = shares;
    return allocated(
      this.#book.all().flatMap(({ id, pending, desired }) => {
        const own = shares.get(id)?.share;
        return own === undefined ? [] : [{ desired: pending?.desired ?? desired, share: own }];
      }),
    );
  }
}
