import type { Container } from '@axion/docker-engine';
import { LABELS } from '../../workload/labels.ts';
import type { ComposeParts } from './compose-parts.ts';
import { COMPOSE_LABELS } from './project-view.ts';

/** The value of the label that tells containers of a Compose workload from a workload that is a container. */
export const COMPOSE_TYPE = 'compose';

type Rows = (parts: Pick<ComposeParts, 'engine'>, signal: AbortSignal) => Promise<readonly Container[]>;

/** Containers of `docker compose run` come and go by hand. */
const isPart = ({ labels }: Container): boolean => labels[COMPOSE_LABELS.oneOff]?.toLowerCase() !== 'true';

/** The containers of all Compose workloads, in one call. */
export const allRows: Rows = async ({ engine }, signal) => (await engine.containers.list({ label: [`${LABELS.type}=${COMPOSE_TYPE}`] }, signal)).filter(isPart);

/** Those of one workload. */
export const rowsOf = async ({ engine }: Pick<ComposeParts, 'engine'>, id: string, signal: AbortSignal): Promise<readonly Container[]> =>
  (await engine.containers.list({ label: [`${LABELS.type}=${COMPOSE_TYPE}`, `${LABELS.workload}=${id}`] }, signal)).filter(isPart);
