import type { HealthBeat, StreamName } from '@axion/contracts';

/** One process's answer to a scrape. */
export interface ProcessAnswer {
  readonly component: string;
  readonly instance: string;
  readonly metrics: readonly unknown[];
  /** Milliseconds from the question to the answer. */
  readonly elapsed: number;
}

/** The bus as this endpoint looks at it. Each call rejects within bounded time while the bus is away. */
export interface BusView {
  /** Asks every process; ends when the time is over, or earlier once `expected` have answered. */
  scrape(timeoutMs: number, expected: number | undefined): Promise<readonly ProcessAnswer[]>;
  /** Messages that wait in a stream. */
  pending(stream: StreamName): Promise<number>;
  /** This agent's id, once it has one. */
  agentId(): Promise<string | undefined>;
}

/** What the bus tells of its own accord. */
export interface BusListener {
  beat(beat: HealthBeat): void;
  connection(connected: boolean, message: string): void;
}
