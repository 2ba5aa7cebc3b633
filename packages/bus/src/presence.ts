import type { HealthBeat } from '@axion/contracts';
import { subjects } from '@axion/contracts';
import type { Msg } from 'nats';
import type { Beats, MetricsScrape, Presence, PresenceOptions, ScrapedMetrics, Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { canBeAnswered } from './reply-subject.ts';

const BEAT_MS = 5000;

/** Tells the others that this process is there and how it is: every 5 s, on change, and when the bus is back; answers scrapes. */
export class BusPresence implements Presence {
  readonly name = 'presence';
  readonly #connection: BusConnection;
  readonly #instance: string;
  readonly #options: PresenceOptions;
  readonly #running: (() => void)[] = [];

  constructor(connection: BusConnection, instance: string, options: PresenceOptions) {
    this.#connection = connection;
    this.#instance = instance;
    this.#options = options;
  }

  async start(): Promise<void> {
    const beat = (): void => this.#beat();
    const timer = setInterval(beat, BEAT_MS);
    const scrapes = this.#connection.subscribe(subjects.scrape, (message) => void this.#answer(message));
    const connection = this.#connection.onConnection((connected) => connected && beat());
    this.#running.push(() => clearInterval(timer), this.#options.health.onChange(beat), () => scrapes.stop(), () => connection.stop());
  }

  async stop(): Promise<void> {
    if (this.#running.length === 0) return;
    for (const end of this.#running.splice(0)) end();
    this.#beat();
  }

  #beat(): void {
    const subject = subjects.health(this.#connection.user, this.#instance);
    this.#connection.tell(subject, JSON.stringify({ ...this.#options.health.beat(), component: this.#connection.user, instance: this.#instance }));
  }

  async #answer(message: Msg): Promise<void> {
    if (!canBeAnswered(message.reply)) return;
    try {
      const answer: Omit<ScrapedMetrics, 'elapsedMs'> = { component: this.#connection.user, instance: this.#instance, metrics: await this.#options.metrics.getMetricsAsJSON() };
      message.respond(JSON.stringify(answer));
    } catch (error) {
      this.#connection.log.warn({ error: (error as Error).message }, 'the metrics could not be given');
    }
  }
}

/** Everyone's beats. */
export class BusBeats implements Beats {
  readonly #connection: BusConnection;

  constructor(connection: BusConnection) {
    this.#connection = connection;
  }

  subscribe(onBeat: (beat: HealthBeat) => void): Subscription {
    return this.#connection.subscribe(subjects.health('*', '*'), (message) => {
      const [, , component, instance] = message.subject.split('.');
      const beat = message.json<HealthBeat>();
      // The subject is what the server lets the sender use; the text inside is only what it says.
      if (beat.component === component && beat.instance === instance) onBeat(beat);
    });
  }
}

/** Everyone's metrics, on request. */
export class BusScrape implements MetricsScrape {
  readonly #connection: BusConnection;

  constructor(connection: BusConnection) {
    this.#connection = connection;
  }

  async scrape(options: { readonly timeoutMs: number; readonly expected?: number }): Promise<readonly ScrapedMetrics[]> {
    const answers: ScrapedMetrics[] = [];
    const asked = performance.now();
    await this.#connection.requestMany('scrape the metrics', subjects.scrape, '', options.timeoutMs, (answer) => {
      if (answer.headers?.code === 503) return true;
      answers.push({ ...answer.json<ScrapedMetrics>(), elapsedMs: performance.now() - asked });
      return answers.length === options.expected;
    });
    return answers;
  }
}
