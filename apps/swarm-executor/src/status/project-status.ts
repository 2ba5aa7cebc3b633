import { stackName } from '@axion/core';
import { IMAGE_LABEL } from '@axion/compose';
import type { Service, SwarmNode, Task } from '@axion/docker-engine';
import { assessService, failureReport, LABELS, modeKind } from '@axion/swarm-stack';
import type { Workshop } from '../deployment/workshop.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { statusText } from './status-text.ts';
import type { ProjectState } from './status-text.ts';

export interface ServiceStatus {
  readonly name: string;
  readonly mode: string;
  readonly image: string;
  readonly desired: number;
  readonly running: number;
  readonly healthy: number;
  readonly completed?: number;
  readonly state: 'converged' | 'monitoring' | 'waiting' | 'failed';
  readonly waiting_for?: string;
  readonly failure?: Readonly<Record<string, unknown>>;
}

export interface ProjectStatus {
  readonly project_id: string;
  readonly state: ProjectState;
  readonly deployment_id?: string;
  /** For people. */
  readonly message: string;
  readonly services: readonly ServiceStatus[];
  readonly updated_at?: string;
}

/** A task that failed this long ago is history. */
const RECENT_MS = 120_000;

/** How a project stands now. */
export const projectStatus = async ({ sight, projects, clock }: Workshop, projectId: string, signal: AbortSignal): Promise<ProjectStatus> => {
  const [record, { services, tasks, nodes }] = await Promise.all([projects.get(projectId), sight.of(stackName(projectId), signal)]);
  return statusOf(projectId, record, services, tasks, nodes, clock.now());
};

/** Every project: those on record and those on the engine. */
export const allStatuses = async ({ engine, projects, clock }: Workshop, signal: AbortSignal): Promise<readonly ProjectStatus[]> => {
  const filters = { label: [LABELS.project] };
  const [records, services, nodes] = await Promise.all([projects.all(), engine.services.list(filters, signal), engine.nodes.list(signal)]);
  const tasks = services.length === 0 ? [] : await engine.tasks.list({ label: [LABELS.project] }, signal);
  const ids = new Set([...records.map(({ project_id }) => project_id), ...services.map(({ spec }) => spec.Labels[LABELS.project]!)]);
  const now = clock.now();
  return [...ids].sort().map((id) =>
    statusOf(
      id,
      records.find(({ project_id }) => project_id === id),
      services.filter(({ spec }) => spec.Labels[LABELS.project] === id),
      tasks,
      nodes,
      now,
    ),
  );
};

const statusOf = (projectId: string, record: ProjectRecord | undefined, services: readonly Service[], tasks: readonly Task[], nodes: readonly SwarmNode[], now: number): ProjectStatus => {
  const found = services
    .map((service): ServiceStatus => {
      const key = service.name.slice(stackName(projectId).length + 1);
      const { verdict, desired, running, healthy, completed } = assessService({ key, service, tasks: tasks.filter(({ serviceId }) => serviceId === service.id), nodes, startedAt: now - RECENT_MS, now });
      return {
        name: key,
        mode: modeKind(service.spec.Mode),
        image: service.spec.Labels[IMAGE_LABEL] ?? service.spec.TaskTemplate.ContainerSpec.Image,
        desired,
        running,
        healthy,
        ...(completed > 0 ? { completed } : {}),
        state: verdict.state,
        ...(verdict.state === 'waiting' ? { waiting_for: verdict.missing } : {}),
        ...(verdict.state === 'failed' ? { failure: failureReport(verdict.failure) } : {}),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const state = (): ProjectState => {
    if (record?.state === 'deploying') return 'deploying';
    if (found.length === 0) return 'stopped';
    if (found.some((service) => service.state === 'failed')) return 'degraded';
    return found.every((service) => service.state === 'converged' || service.state === 'monitoring') ? 'running' : 'starting';
  };
  return {
    project_id: projectId,
    state: state(),
    message: statusText(projectId, state(), record, found),
    ...(record?.deployment_id === undefined ? {} : { deployment_id: record.deployment_id }),
    services: found,
    ...(record === undefined ? {} : { updated_at: record.updated_at }),
  };
};
