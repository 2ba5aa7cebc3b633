import { asAxionError, type Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { ControlPlane, LinkIdentity } from './control-plane.ts';

export interface UpdateCheckParts {
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly onUpdate: (version: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Asks for newer releases now and then, and reports them. That it cannot be answered is no reason to end a session. */
export class UpdateCheck {
  readonly #parts: UpdateCheckParts;
  #due = -Infinity;

  constructor(parts: UpdateCheckParts) {
    this.#parts = parts;
  }

  async run(plane: ControlPlane, identity: LinkIdentity, signal: AbortSignal): Promise<never> {
    const { interval, onUpdate, clock, log } = this.#parts;
    for (;;) {
      await clock.sleep(Math.max(0, this.#due - clock.monotonic()), signal);
      try {
        const version = await plane.checkUpdate(identity, signal);
        if (version !== undefined) onUpdate(version);
      } catch (error) {
        signal.throwIfAborted();
        log.debug({ err: asAxionError(error) }, 'the control plane did not tell whether there is an update');
      }
      this.#due = clock.monotonic() + interval;
    }
  }
}
