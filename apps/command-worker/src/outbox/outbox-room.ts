import type { Bus } from '@axion/bus';
import type { Logger, Service } from '@axion/service-kit';

const LOOK_EVERY_MS = 5000;
/** Above this share of the stream room is made. */
const NEARLY_FULL = 0.8;
/** Below this share of waiting events the server's own way is right: the oldest go, and those have left already. */
const MOSTLY_WAITING = 0.6;

export interface OutboxRoomOptions {
  readonly bus: Pick<Bus, 'stream' | 'events' | 'connected'>;
  readonly log: Logger;
}

/** Whether progress events have to go before the server would drop the oldest events of any kind. */
export const needsRoom = (state: { readonly bytes: number; readonly maxBytes: number; readonly messages: number; readonly lastSequence: number }, position: number): boolean =>
  state.bytes > state.maxBytes * NEARLY_FULL && state.lastSequence - position > state.messages * MOSTLY_WAITING;

/** While Kafka is away for long: lets progress go, so that the events that end commands can stay. */
export class OutboxRoom implements Service {
  readonly name = 'outbox-room';
  readonly #options: OutboxRoomOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutboxRoomOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { bus, log } = this.#options;
    if (!bus.connected) return;
    try {
      const state = await bus.stream('EVENTS');
      if (state.bytes <= state.maxBytes * NEARLY_FULL) return;
      const outbox = await bus.events.outbox();
      if (!needsRoom(state, outbox.position)) return;
      const count = await outbox.shedProgress();
      log.warn({ count }, 'the outbox is nearly full: progress events were let go so that final ones can stay');
    } catch (error) {
      log.debug({ err: error }, 'could not look at the outbox');
    }
  }
}
