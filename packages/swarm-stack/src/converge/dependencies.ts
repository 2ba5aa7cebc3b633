import type { Dependency } from '@axion/compose';
import type { ServiceAssessment } from './assess-service.ts';

const MET: Readonly<Record<Dependency['condition'], (found: ServiceAssessment) => boolean>> = {
  service_started: ({ running, completed, desired }) => running + completed > 0 || desired === 0,
  // Swarm says of a task with a healthcheck that it runs only once it is healthy.
  service_healthy: ({ running, desired }) => running >= desired,
  service_completed_successfully: ({ completed, desired }) => completed >= desired,
};

/** Whether what a service depends on is so. A service that is not part of the stack holds nobody up. */
export const dependencyMet = ({ service, condition }: Dependency, assessments: ReadonlyMap<string, ServiceAssessment>, pending: ReadonlySet<string>): boolean => {
  if (pending.has(service)) return false;
  const found = assessments.get(service);
  if (found === undefined) return true;
  return MET[condition](found);
};

/** Services that wait for each other in a circle, if any: none of them would ever start. */
export const dependencyCircle = (dependencies: ReadonlyMap<string, readonly Dependency[]>): readonly string[] | undefined => {
  const settled = new Set<string>();
  const visit = (service: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(service)) return [...path.slice(path.indexOf(service)), service];
    if (settled.has(service)) return undefined;
    for (const dependency of dependencies.get(service) ?? []) {
      const circle = visit(dependency.service, [...path, service]);
      if (circle !== undefined) return circle;
    }
    settled.add(service);
    return undefined;
  };
  for (const service of dependencies.keys()) {
    const circle = visit(service, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
};
