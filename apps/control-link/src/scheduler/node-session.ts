import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { AxionError, type Clock } from '@axion/core';
import { advertisedEndpoint, assertOpen, type ApiPlace } from './advertised-endpoint.ts';
import type { NodeDrain } from './node-drain.ts';
import type { NodeLease } from './node-lease.ts';
import type { NodeSight, NodeView } from './node-view.ts';
import type { Scheduler } from './scheduler.ts';

export interface NodeSessionParts {
  readonly open: () => Scheduler;
  readonly address: { readonly host: string; readonly port: number };
  readonly place: ApiPlace;
  readonly view: NodeView;
  readonly lease: NodeLease;
  readonly drain: NodeDrain;
  readonly onRegistered: (endpoint: string, types: readonly string[]) => void;
  /** @param frozen the scheduler cannot plan at present */
  readonly onAnswered: (sight: NodeSight, ms: number, frozen: boolean) => void;
  readonly clock: Clock;
}

/** What changes soon is told soon: a drain under way. */
const HURRY_MS = 2000;

const isForgotten = (error: unknown): boolean => error instanceof AxionError && error.code === 'NOT_FOUND';
const notRenewed = (): AxionError => new AxionError('NOT_FOUND', 'the scheduler did not acknowledge a heartbeat', { reason: 'LEASE_LOST' });

/**
 * One life of the connection to a scheduler: register unless the lease holds, then a heartbeat at the pace of the lease until the first
 * error. Being forgotten is mended by registering over the same connection, once.
 */
export const nodeSession = async ({ open, address, place, view, lease, drain, onRegistered, onAnswered, clock }: NodeSessionParts, signal: AbortSignal): Promise<never> => {
  const endpoint = await advertisedEndpoint(place, address);
  const scheduler = open();
  const beat = async (sight: NodeSight): Promise<void> => {
    const begun = clock.monotonic();
    const { acknowledged, leaseMs, drain: asked } = await scheduler.heartbeat(sight, signal);
    if (!acknowledged) throw notRenewed();
    const frozen = asked && lease.isCutShortBy(leaseMs);
    lease.renewed(leaseMs);
    onAnswered(sight, clock.monotonic() - begun, frozen);
    // One that can plan nothing moves nothing either: what it asks for then is neither done nor undone.
    if (sight.fresh && !frozen) await drain.follow(asked, sight.report, lease.paceMs, signal);
  };
  try {
    for (let forgotten = 0; ; ) {
      const sight = await view.look(signal);
      const { types, report } = sight;
      const offer = JSON.stringify([endpoint, types, report.storage_drivers, report.cpu_millicores.total, report.memory_bytes.total, report.disk_bytes.total]);
      if (!lease.holds(offer)) {
        await assertOpen(place, endpoint, signal);
        lease.granted(await scheduler.register({ endpoint, types, report }, signal), offer);
        onRegistered(endpoint, types);
      }
      try {
        await beat(sight);
        forgotten = 0;
      } catch (error) {
        if (!isForgotten(error)) throw error;
        lease.lost();
        if (forgotten > 0) throw error;
        forgotten += 1;
        continue;
      }
      const draining = report.draining && sight.workloads.some(({ actualState }) => actualState === ActualState.RUNNING);
      await clock.sleep(draining ? Math.min(HURRY_MS, lease.intervalMs) : lease.intervalMs, signal);
    }
  } finally {
    scheduler.close();
  }
};
