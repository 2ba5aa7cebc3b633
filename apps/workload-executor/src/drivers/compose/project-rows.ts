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

/** The containers of all Compose workloads of this agent, in one call. */
export const allRows = (parts: RowParts, signal: AbortSignal): Promise<readonly Container[]> => list(parts, [], signal);

/** Those of one workload. */
export const rowsOf = (parts: RowParts, id: string, signal: AbortSignal): Promise<readonly Container[]> => list(parts, [`${LABELS.workload}=${id}`], signal);
