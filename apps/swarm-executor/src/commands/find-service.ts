import { AxionError, stackName } from '@axion/core';
import type { Engine, Service } from '@axion/docker-engine';
import { LABELS } from '@axion/swarm-stack';

/** The services of a project. @throws {AxionError} `NOT_FOUND` when it has none */
export const projectServices = async (engine: Pick<Engine, 'services'>, projectId: string, signal: AbortSignal): Promise<readonly Service[]> => {
  const services = await engine.services.list({ label: [`${LABELS.namespace}=${stackName(projectId)}`] }, signal);
  if (services.length === 0) throw new AxionError('NOT_FOUND', `project ${projectId} has no services on this swarm; deploy it first`, { reason: 'PROJECT_NOT_DEPLOYED', retryable: false });
  return services;
};

/** A service by its name in the stack file, or its full name. @throws {AxionError} `NOT_FOUND` naming those there are */
export const findService = async (engine: Pick<Engine, 'services'>, projectId: string, name: string, signal: AbortSignal): Promise<Service> => {
  const services = await projectServices(engine, projectId, signal);
  const prefix = `${stackName(projectId)}_`;
  const found = services.find((service) => service.name === prefix + name || service.name === name);
  if (found !== undefined) return found;
  const known = services.map((service) => service.name.slice(prefix.length)).sort();
  throw new AxionError('NOT_FOUND', `project ${projectId} has no service ${JSON.stringify(name)}; it has: ${known.join(', ')}`, { reason: 'SERVICE_NOT_FOUND', retryable: false, details: { services: known } });
};
