import { stackName } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { projectServices } from '../commands/find-service.ts';
import type { WantedStack } from '../stack/wanted-stack.ts';

/** What is on the engine of a project, as if it were wanted: to watch it converge after a change made in place. */
export const standingStack = async (engine: Pick<Engine, 'services'>, projectId: string, keys: readonly string[] | undefined, signal: AbortSignal): Promise<WantedStack> => {
  const namespace = stackName(projectId);
  const services = await projectServices(engine, projectId, signal);
  return {
    projectId,
    deploymentId: '',
    namespace,
    networks: [],
    secrets: [],
    configs: [],
    external: { networks: [], secrets: [], configs: [] },
    services: services
      .map(({ name, spec }) => ({ key: name.slice(namespace.length + 1), spec, image: '', dependsOn: [] }))
      .filter(({ key }) => keys === undefined || keys.includes(key))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    axion: { selfHeal: false, recreateNetworks: false, keepFailed: false },
    warnings: [],
    hash: '',
  };
};
