import { counted } from '../deployment/payloads.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';

export type ProjectState = 'running' | 'starting' | 'degraded' | 'stopped' | 'deploying';

/** As much of a service's status as the line needs. */
interface ServiceLine {
  readonly name: string;
  readonly state: string;
  readonly waiting_for?: string;
  readonly failure?: Readonly<Record<string, unknown>>;
}

/** How a project stands, in one line for people. */
export const statusText = (projectId: string, state: ProjectState, record: ProjectRecord | undefined, services: readonly ServiceLine[]): string => {
  const good = services.filter((service) => service.state === 'converged' || service.state === 'monitoring').length;
  const share = `${good} of ${counted(services.length, 'service runs', 'services run')}`;
  const open = services.flatMap(({ waiting_for: waiting }) => waiting ?? []).join('; ');
  const broken = services.filter((service) => service.state === 'failed').map(({ name, failure }) => `${name}: ${String(failure?.['error'])}`);
  const texts: Readonly<Record<ProjectState, () => string>> = {
    running: () => `runs: ${share}`,
    starting: () => `is starting: ${share}${open === '' ? '' : `; ${open}`}`,
    deploying: () => `is being deployed: ${share}`,
    degraded: () => `is degraded: ${share}; ${broken.join('; ')}`,
    stopped: () => (record === undefined ? 'is not known here: it was never deployed, and nothing of it runs' : record.state === 'failed' ? 'does not run: its first deployment failed and was removed' : 'is stopped'),
  };
  return `project ${projectId} ${texts[state]()}`;
};
