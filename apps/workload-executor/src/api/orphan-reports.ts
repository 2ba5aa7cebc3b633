import type { Bus } from '@axion/bus';
import { ownEvent } from '@axion/contracts';
import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { OrphanNews } from '../keep/orphans.ts';

export interface OrphanReportsOptions {
  readonly events: Bus['events'];
  readonly agentId: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

const MESSAGES: Readonly<Record<OrphanNews['news'], string>> = {
  found: 'it carries the label of this agent, and nobody asked for it; it is left alone unless workloads.gc_orphans is on',
  removed: 'it carried the label of this agent, nobody asked for it, and it was removed; its data was kept',
};

/** Tells of orphans by events that no command caused. One that the bus does not take is told by the log and by HealthCheck alone. */
export const orphanReports =
  ({ events, agentId, clock, log }: OrphanReportsOptions) =>
  ({ id, type, news }: OrphanNews): void => {
    const payload = { workload_id: id, type, orphan: true, state: news, message: MESSAGES[news] };
    void events.publish(ownEvent('StatusReport', payload, { agentId: agentId(), now: clock.now() }, id)).catch((error: unknown) => log.warn({ workload: id, err: error }, 'an orphan could not be reported'));
  };
