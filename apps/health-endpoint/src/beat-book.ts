import type { HealthBeat } from '@axion/contracts';
import { BEAT_INTERVAL_MS } from './mapping/agent-health.ts';
import type { HeardBeat } from './mapping/agent-health.ts';

interface Entry {
  readonly beat: HealthBeat;
  /** Monotonic milliseconds. */
  readonly heardAt: number;
  responseTime: number | undefined;
  unanswered: number;
}

/** After this many intervals of silence a process is forgotten, if its component is alive in another one or was never asked for. */
const FORGOTTEN_AFTER = 60;

/**
 * The last beat of each process. Invariants: a process has one entry, by component and instance; a beat of a new run
 * replaces that of the old; what is expected and alone in its component is never forgotten, so its silence stays visible.
 */
export class BeatBook {
  readonly #entries = new Map<string, Entry>();
  readonly #expected: ReadonlySet<string>;
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(expected: ReadonlySet<string>, now: () => number) {
    this.#expected = expected;
    this.#now = now;
  }

  hear(beat: HealthBeat): void {
    const key = keyOf(beat.component, beat.instance);
    const before = this.#entries.get(key);
    const sameRun = before?.beat.started_at === beat.started_at && before.beat.pid === beat.pid;
    this.#entries.set(key, { beat, heardAt: this.#now(), responseTime: sameRun ? before.responseTime : undefined, unanswered: sameRun ? before.unanswered : 0 });
  }

  /** Who answered a question, after how many milliseconds. */
  answered(times: ReadonlyMap<string, number>): void {
    for (const [key, time] of times) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      entry.responseTime = time;
      entry.unanswered = 0;
    }
  }

  /** The outcome of a whole round of checks: who is not in it stayed silent for its whole time. */
  checked(times: ReadonlyMap<string, number>): void {
    this.answered(times);
    for (const [key, entry] of this.#entries) if (!times.has(key)) entry.unanswered += 1;
  }

  heard(): HeardBeat[] {
    this.#forget();
    return [...this.#entries.values()].map(({ beat, heardAt, responseTime, unanswered }) => ({
      beat,
      age: this.#now() - heardAt,
      ...(responseTime === undefined ? {} : { responseTime }),
      unanswered,
    }));
  }

  #forget(): void {
    const isSilent = ({ heardAt }: Entry): boolean => this.#now() - heardAt > FORGOTTEN_AFTER * BEAT_INTERVAL_MS;
    const entries = [...this.#entries.values()];
    for (const [key, entry] of this.#entries) {
      const { component } = entry.beat;
      const another = entries.some((other) => other !== entry && other.beat.component === component && !isSilent(other));
      // An instance that said goodbye while another goes on was taken away on purpose.
      const dismissed = entry.beat.lifecycle === 'stopped' && another;
      if (dismissed || (isSilent(entry) && (another || !this.#expected.has(component)))) this.#entries.delete(key);
    }
  }
}

/** A process among all. */
export const keyOf = (component: string, instance: string): string => `${component}.${instance}`;
