import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import type { Usage } from '../driver.ts';
import type { ComposeCommand } from './compose-command.ts';
import type { ComposeHome } from './compose-home.ts';

/** What keeping Compose workloads takes. */
export interface ComposeParts {
  readonly engine: Pick<Engine, 'containers' | 'networks' | 'volumes' | 'logs' | 'events' | 'swarm'>;
  readonly compose: ComposeCommand;
  readonly home: ComposeHome;
  /** Tells this agent's applications from those of another agent on the same engine. */
  readonly owner: string;
  /** Makes an image be there. */
  readonly images: { ensure(image: string, signal: AbortSignal): Promise<void> };
  /** What containers use, by a key of the caller's. */
  readonly usage: (containers: ReadonlyMap<string, string>, signal: AbortSignal) => Promise<ReadonlyMap<string, Usage>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long health checks may take after `up`, milliseconds. */
  readonly patienceMs: number;
}
