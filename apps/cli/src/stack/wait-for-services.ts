import { AxionError, systemClock } from '@axion/core';
import type { Engine, Service, Task } from '@axion/docker-engine';
import type { StackReport } from './stack-report.ts';

const LOOK_EVERY_MS = 250;
/** For how long tasks must run to be believed where the service does not say, as Swarm's own default, ms. */
const MONITOR_MS = 5000;

type Standing = { readonly state: 'converged' } | { readonly state: 'waiting'; readonly text: string } | { readonly state: 'failed'; readonly text: string };

const wantedTasks = ({ spec: { Mode: mode } }: Service, tasks: readonly Task[]): number =>
  mode.Replicated?.Replicas ?? mode.ReplicatedJob?.TotalCompletions ?? tasks.filter(({ desiredState }) => desiredState === 'running').length;

const standingOf = (service: Service, tasks: readonly Task[], now: number): Standing => {
  if (service.update !== undefined && /paused/.test(service.update.state)) return { state: 'failed', text: service.update.message };
  if (service.update?.state === 'updating' || service.update?.state === 'rollback_started') return { state: 'waiting', text: service.update.message };
  const { ReplicatedJob: replicatedJob, GlobalJob: globalJob } = service.spec.Mode;
  const job = replicatedJob !== undefined || globalJob !== undefined;
  const wanted = wantedTasks(service, tasks);
  const done = tasks.filter(({ state, desiredState }) => (job ? state === 'complete' : state === 'running' && desiredState === 'running'));
  const monitor = (service.spec.UpdateConfig?.Monitor ?? 0) / 1e6 || MONITOR_MS;
  const believed = job ? done : done.filter(({ since }) => now - since >= monitor);
  const error = tasks.find((task) => task.error !== '')?.error;
  return believed.length >= wanted ? { state: 'converged' } : { state: 'waiting', text: `${done.length} of ${wanted}${error === undefined ? '' : ` (${error})`}` };
};

/**
 * Waits for all services at once until each runs what it should for its monitor time; jobs until they completed. As with
 * Docker's client, a service that crashes over and over is waited for until somebody interrupts.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when Swarm paused an update
 */
export const waitForServices = async (engine: Engine, ids: readonly string[], report: StackReport, signal: AbortSignal): Promise<void> => {
  let shown = '';
  for (;;) {
    const [services, tasks] = await Promise.all([engine.services.list({ id: ids }, signal), engine.tasks.list({ service: ids }, signal)]);
    const now = systemClock.now();
    const standings = services.map((service) => ({ name: service.name, standing: standingOf(service, tasks.filter(({ serviceId }) => serviceId === service.id), now) }));
    for (const { name, standing } of standings) {
      if (standing.state === 'failed') throw new AxionError('FAILED_PRECONDITION', `service ${name}: ${standing.text}`);
    }
    const waiting = standings.flatMap(({ name, standing }) => (standing.state === 'waiting' ? [`${name}: ${standing.text}`] : []));
    if (waiting.length === 0) return;
    const text = waiting.join(', ');
    if (text !== shown) report.done(`waiting for ${text}`);
    shown = text;
    await systemClock.sleep(LOOK_EVERY_MS, signal);
  }
};
