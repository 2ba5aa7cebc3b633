import type { Events, SequencedEvent, Subscription } from '@axion/bus';

/** Tells of the terminal events of commands, to whoever expects them. Follows the events from the first question on. */
export class CommandEnds {
  readonly #events: Pick<Events, 'follow'>;
  readonly #expected = new Map<string, (event: SequencedEvent) => void>();
  #following: Promise<Subscription> | undefined;

  constructor(events: Pick<Events, 'follow'>) {
    this.#events = events;
  }

  /** Ask before the command is published. Forget it when nobody waits any more. */
  async expect(commandId: string): Promise<{ readonly end: Promise<SequencedEvent>; readonly forget: () => void }> {
    this.#following ??= this.#events.follow({}, (event) => {
      if (event.terminal && event.body.causation_id !== undefined) this.#expected.get(event.body.causation_id)?.(event);
    });
    try {
      await this.#following;
    } catch (error) {
      this.#following = undefined;
      throw error;
    }
    const { promise, resolve } = Promise.withResolvers<SequencedEvent>();
    this.#expected.set(commandId, resolve);
    return { end: promise, forget: () => void this.#expected.delete(commandId) };
  }
}
