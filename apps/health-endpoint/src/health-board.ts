import type { HealthBeat } from '@axion/contracts';
import type { Clock } from '@axion/core';
import { BeatBook } from './beat-book.ts';
import type { BusListener } from './bus-view.ts';
import { agentHealth, BEAT_INTERVAL_MS } from './mapping/agent-health.ts';
import type { AgentHealth, ExpectedComponent } from './mapping/agent-health.ts';

export interface HealthBoardOptions {
  readonly version: string;
  readonly expected: readonly ExpectedComponent[];
  /** Beats or answers missed in a row before a component is unhealthy. */
  readonly failureThreshold: number;
  readonly clock: Clock;
}

/** What is known of the agent at this moment. Reading it asks nobody, so it answers at once whatever is broken. */
export class HealthBoard implements BusListener {
  readonly #options: HealthBoardOptions;
  readonly #beats: BeatBook;
  #listeningSince: number;
  #bus: { connected: boolean; message: string; since: number };

  constructor(options: HealthBoardOptions) {
    const { clock } = options;
    this.#options = options;
    this.#beats = new BeatBook(new Set(options.expected.map(({ name }) => name)), () => clock.monotonic());
    this.#listeningSince = clock.monotonic();
    this.#bus = { connected: false, message: 'not connected to the bus yet', since: clock.now() };
  }

  beat(beat: HealthBeat): void {
    this.#beats.hear(beat);
  }

  connection(connected: boolean, message: string): void {
    const { clock } = this.#options;
    if (connected === this.#bus.connected && message === this.#bus.message) return;
    // Nobody could be heard while it was away: everyone gets the time of a start to beat again.
    if (connected && !this.#bus.connected) this.#listeningSince = clock.monotonic();
    this.#bus = { connected, message, since: connected === this.#bus.connected ? this.#bus.since : clock.now() };
  }

  /** Who answered something, after how many milliseconds; see `BeatBook`. */
  answered(times: ReadonlyMap<string, number>): void {
    this.#beats.answered(times);
  }

  /** The same of a round of checks, whose absentees count. */
  checked(times: ReadonlyMap<string, number>): void {
    this.#beats.checked(times);
  }

  /** How many processes can be expected to answer; `undefined` while not everyone had the time to be heard. */
  get processes(): number | undefined {
    const { failureThreshold, clock } = this.#options;
    if (clock.monotonic() - this.#listeningSince < BEAT_INTERVAL_MS * 1.5) return undefined;
    return this.#beats.heard().filter(({ age }) => age <= failureThreshold * BEAT_INTERVAL_MS).length;
  }

  read(): AgentHealth {
    const { version, expected, failureThreshold, clock } = this.#options;
    const listeningFor = clock.monotonic() - this.#listeningSince;
    return agentHealth({ version, now: clock.now(), listeningFor, bus: this.#bus, expected, heard: this.#beats.heard(), failureThreshold });
  }
}
