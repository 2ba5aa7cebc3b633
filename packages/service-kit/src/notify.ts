import type { Logger } from './log.ts';
import { type NotifyChannel, notifyChannel } from './notify-channel.ts';

/** What a service tells its manager (sd_notify(3)). Nothing of it is ever waited for. */
export interface ServiceNotifier {
  ready(): void;
  stopping(): void;
  status(text: string): void;
  /** Says that the process still turns its event loop. */
  alive(): void;
}

/**
 * Sends messages one after another.
 *
 * Invariants: at most one is under way; what comes meanwhile is joined into the next one, the newest of each variable
 * winning, so a slow manager meets no queue; a manager that does not answer is logged once, not for every beat.
 */
class OrderedNotifier implements ServiceNotifier {
  readonly #channel: NotifyChannel;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #next = new Map<string, string>();
  #sending = false;
  #complained = false;

  constructor(channel: NotifyChannel, log: Pick<Logger, 'warn'>) {
    this.#channel = channel;
    this.#log = log;
  }

  ready(): void {
    this.#say('READY', '1');
  }

  stopping(): void {
    this.#say('STOPPING', '1');
  }

  status(text: string): void {
    this.#say('STATUS', text.replaceAll(/\s+/g, ' ').slice(0, 200));
  }

  alive(): void {
    this.#say('WATCHDOG', '1');
  }

  #say(variable: string, value: string): void {
    this.#next.set(variable, value);
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#next.size > 0) {
      const message = [...this.#next].map(([variable, value]) => `${variable}=${value}`).join('\n');
      this.#next.clear();
      try {
        await this.#channel(message);
        this.#complained = false;
      } catch (error) {
        if (!this.#complained) this.#log.warn({ err: error }, 'the service manager does not take messages');
        this.#complained = true;
      }
    }
    this.#sending = false;
  }
}

const SILENT: ServiceNotifier = { ready: () => {}, stopping: () => {}, status: () => {}, alive: () => {} };

/** Speaks to the manager that the environment names, or to nobody. */
export const serviceNotifier = (
  env: NodeJS.ProcessEnv,
  log: Pick<Logger, 'warn'>,
  channel: NotifyChannel | undefined = notifyChannel(env),
): ServiceNotifier => (channel === undefined ? SILENT : new OrderedNotifier(channel, log));
