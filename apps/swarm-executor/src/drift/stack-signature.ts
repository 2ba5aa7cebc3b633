import type { Service } from '@axion/docker-engine';
import { LABELS } from '@axion/swarm-stack';

/** Changes whenever anybody changes a service of the project: what had this signature when it was compared need not be compared again. */
export const stackSignatures = (services: readonly Service[]): ReadonlyMap<string, string> => {
  const byProject = Map.groupBy(
    services.filter(({ spec }) => spec.Labels[LABELS.project] !== undefined),
    ({ spec }) => spec.Labels[LABELS.project]!,
  );
  return new Map([...byProject].map(([project, own]) => [project, own.map(({ id, version }) => `${id}:${version}`).sort().join(' ')]));
};
