import type { Clock } from '@axion/core';
import type { AgentLoad, ControlPlane, LinkIdentity } from './control-plane.ts';

export interface HeartbeatParts {
  /** Milliseconds from one to the next. */
  readonly interval: number;
  readonly load: () => Omit<AgentLoad, 'lastHeartbeatAt'>;
  /** With how long the answer took, milliseconds. */
  readonly onAnswered: (ms: number) => void;
  readonly onUpdate: (version: string) => void;
  readonly clock: Clock;
}

/**
 * Says at a fixed pace that the agent lives.
 *
 * Invariants: heartbeats never overlap; a late one is followed by the next regular one, not by those it missed.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #lastHeartbeatAt = 0;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** The first at once, then one an interval; rejects with the first that fails. */
  async run(plane: ControlPlane, identity: LinkIdentity, signal: AbortSignal): Promise<never> {
    const { interval, load, clock, onAnswered, onUpdate } = this.#parts;
    for (let due = clock.monotonic(); ; ) {
      const begun = clock.monotonic();
      const newer = await plane.heartbeat(identity, { ...load(), lastHeartbeatAt: this.#lastHeartbeatAt }, signal);
      this.#lastHeartbeatAt = clock.now();
      const now = clock.monotonic();
      onAnswered(now - begun);
      if (newer !== undefined) onUpdate(newer);
      due += interval * Math.max(1, Math.ceil((now - due) / interval));
      await clock.sleep(due - now, signal);
    }
  }
}
