import type { Container } from '@axion/docker-engine';
import { LABELS } from '../../workload/labels.ts';
import type { ComposeParts } from './compose-parts.ts';
import { COMPOSE_LABELS } from './project-view.ts';

/** The value of the label that tells containers of a Compose workload from a workload that is a container. */
export const COMPOSE_TYPE = 'compose';

type RowParts = Pick<ComposeParts, 'engine' | 'owner'>;

/** Containers of `docker compose run` come and go by hand. */
const isPart = ({ labels }: Container): boolean => labels[COMPOSE_LABELS.oneOff]?.toLowerCase() !== 'true';

const list = async ({ engine, owner }: RowParts, labels: readonly string[], signal: AbortSignal): Promise<readonly Container[]> =>
  (await engine.containers.list({ label: [`${LABELS.type}=${COMPOSE_TYPE}`, `${LABELS.owner}=${owner}`, ...labels] }, signal)).filter(isPart);

/** Where a Persys node keeps the files of a workload, whose project is its id. Its containers bear no other mark. */
const leftBehind = ({ labels }: Container): string | undefined => {
  const project = labels[COMPOSE_LABELS.project];
  return project !== undefined && labels[LABELS.workload] === undefined && labels[COMPOSE_LABELS.directory] === `/var/lib/persys/compose/${project}` ? project : undefined;
};

/** The workload that a container is part of: ours by label, or what a Persys node left. */
export const partOf = (row: Container): string | undefined => row.labels[LABELS.workload] ?? leftBehind(row);

const left = async ({ engine }: RowParts, label: string, signal: AbortSignal): Promise<readonly Container[]> =>
  (await engine.containers.list({ label: [label] }, signal)).filter((row) => isPart(row) && leftBehind(row) !== undefined);

/** The containers of all Compose workloads of this agent, in two calls. */
export const allRows = async (parts: RowParts, signal: AbortSignal): Promise<readonly Container[]> =>
  (await Promise.all([list(parts, [], signal), left(parts, COMPOSE_LABELS.directory, signal)])).flat();

/** Those of one workload. */
export const rowsOf = async (parts: RowParts, id: string, signal: AbortSignal): Promise<readonly Container[]> =>
  (await Promise.all([list(parts, [`${LABELS.workload}=${id}`], signal), left(parts, `${COMPOSE_LABELS.project}=${id}`, signal)])).flat();
