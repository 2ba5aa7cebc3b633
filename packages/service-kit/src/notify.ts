import type { Logger } from './log.ts';
import { type NotifyChannel, notifyChannel } from './notify-channel.ts';

/** What a service tells its manager (sd_notify(3)). No work ever waits for it. */
export interface ServiceNotifier {
  ready(): void;
  stopping(): void;
  status(text: string): void;
  /** Says that the process still turns its event loop. */
  alive(): void;
  /** Resolves when all that was said has been sent; a process that ends sooner takes its last words along. */
  sent(): Promise<void>;
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
  #sending: Promise<void> | undefined;
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

  async sent(): Promise<void> {
    await this.#sending;
  }

  #say(variable: string, value: string): void {
    this.#next.set(variable, value);
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
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
    this.#sending = undefined;
  }
}

const SILENT: ServiceNotifier = { ready: () => {}, stopping: () => {}, status: () => {}, alive: () => {}, sent: async () => {} };

/** Speaks to the manager that the environment names, or to nobody. */
export const serviceNotifier = (
  env: NodeJS.ProcessEnv,
  log: Pick<Logger, 'warn'>,
  channel: NotifyChannel | undefined = notifyChannel(env),
): ServiceNotifier => (channel === undefined ? SILENT : new OrderedNotifier(channel, log));
