import type { Clock } from '@axion/core';
import { withDeadline } from '@axion/core';
import { keyOf } from './beat-book.ts';
import type { BusView } from './bus-view.ts';
import type { HealthBoard } from './health-board.ts';

export interface CheckRoundParts {
  readonly bus: BusView;
  readonly board: HealthBoard;
  readonly clock: Clock;
  /** Milliseconds between rounds. */
  readonly interval: number;
  /** Milliseconds a component has to answer. */
  readonly timeout: number;
}

/** The first round comes this soon, so that the page has figures before anybody looks. Milliseconds. */
const FIRST_AFTER = 2_000;

/** Asks every component for an answer now and then: a beat says that a timer runs, an answer that the process does its work. */
export class CheckRound {
  readonly name = 'check-round';
  readonly #parts: CheckRoundParts;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: CheckRoundParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, interval } = this.#parts;
    for (let wait = Math.min(FIRST_AFTER, interval); !this.#stopping.signal.aborted; wait = interval) {
      try {
        await clock.sleep(wait, this.#stopping.signal);
        await this.#ask();
      } catch {
        // Stopping, or the bus is away: then nobody could answer, and the board says so.
      }
    }
  }

  async #ask(): Promise<void> {
    const { bus, board, timeout } = this.#parts;
    const expected = board.processes;
    // Before everyone can have been heard there is no number to wait for, and silence means nothing yet.
    const patience = expected === undefined ? Math.min(FIRST_AFTER, timeout) : timeout;
    const answers = await withDeadline('the round of checks', patience * 2, () => bus.scrape(patience, expected), this.#stopping.signal);
    const times = new Map(answers.map(({ component, instance, elapsed }) => [keyOf(component, instance), elapsed]));
    if (expected === undefined) board.answered(times);
    else board.checked(times);
  }
}
