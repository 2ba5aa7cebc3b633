import { STREAMS } from '@axion/contracts';
import type { StreamName } from '@axion/contracts';
import { withDeadline } from '@axion/core';
import type { Clock } from '@axion/core';
import { keyOf } from './beat-book.ts';
import type { BusView, ProcessAnswer } from './bus-view.ts';
import { boardFamilies } from './mapping/board-families.ts';
import type { AgentHealth } from './mapping/agent-health.ts';
import { mergeFamilies } from './mapping/merge-families.ts';
import type { MetricFamily } from './mapping/metric-family.ts';
import { gaugeFamily } from './mapping/metric-family.ts';
import { parseScrapedFamilies } from './parse/scraped-families.ts';

/** Several Prometheus servers and the status page in the same second cost one round of questions. Milliseconds. */
const CACHED_MS = 1_000;
/** Components answer within milliseconds; one that hangs must not use up Prometheus' own ten seconds. */
const ANSWER_MS = 1_000;

export interface MetricsPageParts {
  readonly bus: BusView;
  readonly board: { read(): AgentHealth; readonly processes: number | undefined; answered(times: ReadonlyMap<string, number>): void };
  /** This process's own registry: it needs no bus. */
  readonly own: { getMetricsAsJSON(): Promise<readonly unknown[]> };
  readonly component: string;
  readonly instance: string;
  readonly clock: Clock;
}

/**
 * Everyone's metrics as one set of families. Invariants: one round of questions at a time, whoever waits for it; it ends
 * in bounded time with what has come; without the bus there are still this process's own.
 */
export class MetricsPage {
  readonly #parts: MetricsPageParts;
  #round: { readonly at: number; readonly families: Promise<readonly MetricFamily[]> } | undefined;

  constructor(parts: MetricsPageParts) {
    this.#parts = parts;
  }

  async families(): Promise<readonly MetricFamily[]> {
    const now = this.#parts.clock.monotonic();
    if (this.#round === undefined || now - this.#round.at >= CACHED_MS) this.#round = { at: now, families: this.#collect() };
    return this.#round.families;
  }

  async #collect(): Promise<readonly MetricFamily[]> {
    const { own, component, instance, board } = this.#parts;
    const [answers, pending, ownMetrics] = await Promise.all([this.#others(), this.#pending(), own.getMetricsAsJSON()]);
    const mine = { component, instance, families: [...parseScrapedFamilies(ownMetrics), ...boardFamilies(board.read()), ...pending] };
    const processes = answers
      .map((answer) => ({ component: answer.component, instance: answer.instance, families: parseScrapedFamilies(answer.metrics) }))
      .toSorted((a, b) => keyOf(a.component, a.instance).localeCompare(keyOf(b.component, b.instance)));
    return mergeFamilies([mine, ...processes]);
  }

  async #others(): Promise<readonly ProcessAnswer[]> {
    const { bus, board, component, instance } = this.#parts;
    try {
      const answers = await withDeadline('scraping the components', ANSWER_MS * 2, () => bus.scrape(ANSWER_MS, board.processes));
      board.answered(new Map(answers.map((answer) => [keyOf(answer.component, answer.instance), answer.elapsed])));
      return answers.filter((answer) => keyOf(answer.component, answer.instance) !== keyOf(component, instance));
    } catch {
      // Why is on the health page: the board knows that the bus is away.
      return [];
    }
  }

  async #pending(): Promise<readonly MetricFamily[]> {
    const values: { labels: Record<string, string>; value: number }[] = [];
    await Promise.all(
      (Object.keys(STREAMS) as StreamName[]).map(async (stream) => {
        try {
          values.push({ labels: { stream }, value: await withDeadline(`state of ${stream}`, ANSWER_MS, () => this.#parts.bus.pending(stream)) });
        } catch {
          // A stream that cannot be asked has no number; 0 would be a lie.
        }
      }),
    );
    return [gaugeFamily('agent_bus_pending', 'Messages that wait in a stream of the bus.', values.toSorted((a, b) => (a.labels['stream']! < b.labels['stream']! ? -1 : 1)))];
  }
}
