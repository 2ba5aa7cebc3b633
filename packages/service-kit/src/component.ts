import type { Config } from '@axion/config';
import type { Registry } from './prometheus.ts';
import type { HealthReporter } from './health-reporter.ts';
import type { Logger } from './log.ts';
import type { Own } from './own.ts';
import type { Service } from './service.ts';

/** What a component is built from. */
export interface ComponentContext {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly health: HealthReporter;
  readonly own: Own;
  /** `$AXION_INSTANCE`, default `1`. */
  readonly instance: string;
  readonly version: string;
  /** Aborted when work must end now; see `Service`. */
  readonly signal: AbortSignal;
  /** Ends the component as failed: it drains, stops and exits with 1. For what no retry can mend. */
  readonly fail: (error: unknown) => void;
}

/** One process of the agent: its name and its wiring. */
export interface Component {
  readonly name: string;
  /** Builds the services; they are started in this order and stopped in reverse. */
  build(context: ComponentContext): Promise<readonly Service[]> | readonly Service[];
}
