import { AxionError } from '@axion/core';
import type { Container } from '@axion/docker-engine';
import { checkPorts } from '../container/port-check.ts';
import type { ComposeParts } from './compose-parts.ts';
import { partOf } from './project-rows.ts';
import { COMPOSE_LABELS } from './project-view.ts';
import type { ResolvedProject } from './resolved-project.ts';

/**
 * Refuses a project name under which somebody else's containers stand, and host ports that somebody else holds. What a Persys
 * node left of the same workload is taken over: Compose replaces its containers, and its volumes stay.
 */
export const checkProject = async ({ engine, home }: Pick<ComposeParts, 'engine' | 'home'>, id: string, project: string, { ports }: ResolvedProject, signal: AbortSignal): Promise<void> => {
  const taken = [...(await home.states()).values()].find((state) => state.project === project && state.id !== id);
  if (taken !== undefined) throw inUse(project, `workload ${taken.id}`);
  const rows = await engine.containers.list({}, signal);
  const isOwn = (row: Container): boolean => partOf(row) === id;
  const foreign = rows.find((row) => row.labels[COMPOSE_LABELS.project] === project && !isOwn(row));
  if (foreign !== undefined) throw inUse(project, `container ${foreign.name}`);
  const held = new Set(rows.filter(isOwn).flatMap((row) => row.ports.map(({ hostPort, protocol }) => `${hostPort}/${protocol}`)));
  const wanted = ports.filter(({ hostPort, protocol }) => !held.has(`${hostPort}/${protocol}`));
  await checkPorts(id, wanted, rows.filter((row) => !isOwn(row)));
};

const inUse = (project: string, by: string): AxionError =>
  new AxionError('FAILED_PRECONDITION', `the Compose project ${project} belongs to ${by}; take another id, or take that away first`, { reason: 'PROJECT_IN_USE', retryable: false });
