/** The next offset to commit, by partition. */
export type Offsets = ReadonlyMap<number, number>;

interface Partition {
  /** Taken and not yet in `next`, in the order they were taken; whether each is finished. */
  readonly open: Map<number, boolean>;
  /** Everything below is finished. `undefined` until the first one is. */
  next: number | undefined;
  committed: number | undefined;
  /** Those taken between `committed` and `next`, ascending. */
  waiting: number[];
}

/**
 * Which records may be committed: they finish in any order, Kafka knows only "everything below".
 *
 * Invariants: an offset is committable only when it and all taken before it in its partition are finished; `uncommitted`
 * counts what was taken and is not committed; an offset that is not known (of before a rebalance) changes nothing.
 */
export class OffsetTracker {
  readonly #partitions = new Map<number, Partition>();
  #uncommitted = 0;
  /** Taken before a rebalance and not finished yet: where Kafka goes on behind them, they still have to be. */
  readonly #left = new Map<number, Set<number>>();

  /** How many records were taken whose offsets are not committed yet. */
  get uncommitted(): number {
    return this.#uncommitted;
  }

  /** How many of them a commit would end now. */
  get finished(): number {
    let count = 0;
    for (const { waiting } of this.#partitions.values()) count += waiting.length;
    return count;
  }

  /** Offsets of one partition are taken in ascending order. */
  take(partition: number, offset: number): void {
    let state = this.#partitions.get(partition);
    if (state === undefined) {
      state = { open: new Map(), next: undefined, committed: undefined, waiting: [] };
      this.#partitions.set(partition, state);
      for (const before of this.#left.get(partition) ?? []) if (before < offset) this.take(partition, before);
      this.#left.delete(partition);
    }
    if (state.open.has(offset)) return;
    state.open.set(offset, false);
    this.#uncommitted += 1;
  }

  finish(partition: number, offset: number): void {
    this.#left.get(partition)?.delete(offset);
    const state = this.#partitions.get(partition);
    if (state?.open.has(offset) !== true) return;
    state.open.set(offset, true);
    for (const [oldest, finished] of state.open) {
      if (!finished) return;
      state.open.delete(oldest);
      state.next = oldest + 1;
      state.waiting.push(oldest);
    }
  }

  /** What a commit would say now: partitions whose finished prefix has grown since the last one. */
  committable(): Offsets {
    const offsets = new Map<number, number>();
    for (const [partition, { next, committed }] of this.#partitions) {
      if (next !== undefined && next !== committed) offsets.set(partition, next);
    }
    return offsets;
  }

  /** Kafka has taken a commit of `offsets`, an earlier answer of `committable`. */
  committed(offsets: Offsets): void {
    for (const [partition, offset] of offsets) {
      const state = this.#partitions.get(partition);
      if (state === undefined) continue;
      state.committed = offset;
      const rest = state.waiting.filter((taken) => taken >= offset);
      this.#uncommitted -= state.waiting.length - rest.length;
      state.waiting = rest;
    }
  }

  /** After a rebalance Kafka tells again where to begin; behind what is not finished yet nothing is committable all the same. */
  reset(): void {
    for (const [partition, { open }] of this.#partitions) {
      const unfinished = [...open].filter(([, finished]) => !finished).map(([offset]) => offset);
      this.#left.set(partition, new Set([...(this.#left.get(partition) ?? []), ...unfinished].toSorted((a, b) => a - b)));
    }
    this.#partitions.clear();
    this.#uncommitted = 0;
  }
}
