import type { PendingCommand, QueuedCommand } from '../bus.ts';

/** What was heard of a queue since it was looked at last. */
export class Heard {
  #count = 0;
  #first: PendingCommand | undefined;
  readonly #something = Promise.withResolvers<void>();

  /** Resolves when there is something. */
  get something(): Promise<void> {
    return this.#something.promise;
  }

  get isNothing(): boolean {
    return this.#count === 0;
  }

  add(pending: PendingCommand): void {
    this.#count += 1;
    this.#first ??= pending;
    this.#something.resolve();
  }

  /**
   * The one command that the queue holds, provided that it was empty when this was begun.
   *
   * @param after what was heard late, of a command that was executed, is no news
   */
  only(after: number): QueuedCommand | undefined {
    return this.#count === 1 && this.#first!.sequence > after ? this.#first!.read() : undefined;
  }
}
