import type { Removals } from '../bus.ts';
import type { Ending } from './execution.ts';

interface Told {
  readonly ending: Ending;
  readonly sequence: number;
}

/**
 * So long commands whose end is told gather, to be noted and removed together. A stream that becomes empty is given a new file
 * and loses the old one, synced, so removing each command by itself would cost the server more than storing it did.
 */
const GATHER_MS = 1000;

/**
 * What remains of commands of one queue that are done, while the next is executed: their ends are told, then noted, and then they are removed.
 *
 * Invariants: ends are told one after the other, in the order of the queue; a command is removed only when its end and those of
 * all before it are told and noted, in one removal at a time. After an end that could not be told nothing more is: the queue
 * has to be read again.
 */
export class Endings {
  readonly #removals: Removals;
  #told: Promise<void> = Promise.resolve();
  #failed = false;
  readonly #gathered: Told[] = [];
  #timer: NodeJS.Timeout | undefined;
  #finishing: Promise<void> | undefined;

  constructor(removals: Removals) {
    this.#removals = removals;
  }

  /** Whether more may be added; where not, `settle` says why, or what was added is to be read again. */
  get open(): boolean {
    return !this.#failed && this.#removals.current;
  }

  /** Resolves when the last end that was added is told. */
  get told(): Promise<void> {
    return this.#told;
  }

  add(ending: Ending, sequence: number): void {
    this.#told = this.#told.then(() => ending.tell());
    this.#told.then(
      () => this.#gather({ ending, sequence }),
      () => (this.#failed = true),
    );
  }

  /** Resolves when all that was added is told, noted and removed, or is to be read again; rejects with what failed. */
  async settle(): Promise<void> {
    await this.#told;
    await this.#finish();
  }

  /** Resolves when nothing is under way any more, however it ended; what is not finished is left as it is. */
  async rest(): Promise<void> {
    await this.#told.catch(() => undefined);
    clearTimeout(this.#timer);
    await this.#finishing?.catch(() => undefined);
  }

  #gather(told: Told): void {
    this.#gathered.push(told);
    // What cannot be finished now is tried again by `settle`.
    this.#timer ??= setTimeout(() => void this.#finish().catch(() => undefined), GATHER_MS);
  }

  async #finish(): Promise<void> {
    while (this.#finishing !== undefined) await this.#finishing.catch(() => undefined);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered.length === 0 || !this.#removals.current) return;
    this.#finishing = this.#noteAndRemove(this.#gathered.length).finally(() => (this.#finishing = undefined));
    await this.#finishing;
  }

  async #noteAndRemove(count: number): Promise<void> {
    const batch = this.#gathered.slice(0, count);
    await Promise.all(batch.map(({ ending }) => ending.note()));
    await this.#removals.through(batch.at(-1)!.sequence);
    this.#gathered.splice(0, count);
  }
}
