import type { Bus } from '@axion/bus';
import { isLoopback } from '@axion/core';
import type { Clock } from '@axion/core';
import { Gauge } from '@axion/service-kit';
import type { HealthCheck, Logger, Registry } from '@axion/service-kit';
import type { CallMetrics } from '../call-metrics.ts';
import { openScheduler } from './grpc-scheduler.ts';
import { NodeDrain } from './node-drain.ts';
import { NodeLease } from './node-lease.ts';
import { NodeView } from './node-view.ts';
import { SchedulerLink } from './scheduler-link.ts';
import type { SchedulerSettings } from './scheduler-settings.ts';

export interface OpenSchedulerLinkOptions {
  readonly settings: SchedulerSettings;
  readonly actions: Bus['actions'];
  readonly calls: CallMetrics;
  readonly registry: Registry;
  readonly health: HealthCheck;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The link to the scheduler, wired. */
export const openSchedulerLink = ({ settings, actions, calls, registry, health, clock, log }: OpenSchedulerLinkOptions): SchedulerLink => {
  const connected = new Gauge({ name: 'agent_scheduler_connection_status', help: '1 while the scheduler answers, else 0.', registers: [registry] });
  if (!settings.address.secure && !isLoopback(settings.address.host)) log.warn('scheduler.insecure=true: anybody on the way can pose as the scheduler and command workloads');
  return new SchedulerLink({
    ...settings,
    open: () => openScheduler({ ...settings, onCall: (call) => calls.called(call), now: () => clock.now() }),
    view: new NodeView(actions),
    lease: new NodeLease(clock),
    drain: new NodeDrain({ actions, clock, log }),
    onConnected: (is) => connected.set(is ? 1 : 0),
    health,
    clock,
    log,
  });
};
