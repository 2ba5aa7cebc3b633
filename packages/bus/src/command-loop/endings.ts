import type { Removals } from '../bus.ts';
import type { Ending } from './execution.ts';

/**
 * What remains of commands of one queue that are done, while the next is executed: their ends are told, noted, and then they are removed.
 *
 * Invariants: ends are told one after the other, in the order of the queue; a command is removed only when its end and those of
 * all before it are told and noted. After the first failure nothing more is told: the queue has to be read again.
 */
export class Endings {
  readonly #removals: Removals;
  #told: Promise<void> = Promise.resolve();
  #noted: Promise<unknown> = this.#told;
  #failed = false;

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
    this.#noted = Promise.all([this.#noted, this.#told.then(() => ending.note())]).then(() => this.#removals.ended(sequence));
    this.#noted.catch(() => (this.#failed = true));
  }

  /** Resolves when all that was added is told, noted and removed; rejects with what failed. */
  async settle(): Promise<void> {
    await this.#noted;
    await this.#removals.flush();
  }

  /** Resolves when nothing is under way any more, however it ended. */
  async rest(): Promise<void> {
    await this.#noted.catch(() => undefined);
  }
}
