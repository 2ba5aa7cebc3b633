import { NAMESPACE_LABEL } from '@axion/compose';
import type { PortConfig } from '@axion/compose';
import type { Engine, Service, SwarmNode, Task } from '@axion/docker-engine';
import { AxionError } from '@axion/core';

/** A row of `axion stack services`. */
export interface ServiceRow {
  readonly id: string;
  readonly name: string;
  readonly mode: string;
  /** Running of desired, `1/3`; jobs add how many completed. */
  readonly replicas: string;
  readonly image: string;
  readonly ports: string;
}

/** A row of `axion stack ps`. */
export interface TaskRow {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly node: string;
  readonly desired: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly error: string;
}

/** The filter for what belongs to a stack. */
const ofStack = (namespace: string): { readonly label: readonly string[] } => ({ label: [`${NAMESPACE_LABEL}=${namespace}`] });

const modeOf = ({ spec: { Mode: mode } }: Service): string => {
  if (mode.Global !== undefined) return 'global';
  if (mode.GlobalJob !== undefined) return 'global job';
  return mode.ReplicatedJob === undefined ? 'replicated' : 'replicated job';
};

const portText = ({ PublishedPort: published, TargetPort: target, Protocol: protocol = 'tcp', PublishMode: mode }: PortConfig): string =>
  `${mode === 'host' ? '' : '*:'}${published ?? ''}->${target ?? ''}/${protocol}`;

const replicasOf = (service: Service, tasks: readonly Task[]): string => {
  const own = tasks.filter(({ serviceId }) => serviceId === service.id);
  const running = own.filter(({ state }) => state === 'running').length;
  const { Replicated: replicated, ReplicatedJob: job } = service.spec.Mode;
  if (job !== undefined) return `${running}/${job.MaxConcurrent ?? 1} (${own.filter(({ state }) => state === 'complete').length}/${job.TotalCompletions ?? 1} completed)`;
  const desired = replicated?.Replicas ?? own.filter(({ desiredState }) => desiredState === 'running').length;
  return `${running}/${desired}`;
};

const nothingFound = (namespace: string): AxionError => new AxionError('NOT_FOUND', `nothing found in stack: ${namespace}`);

/** @throws {AxionError} `NOT_FOUND` when the stack has no services */
export const stackServices = async (engine: Engine, namespace: string, signal: AbortSignal): Promise<readonly ServiceRow[]> => {
  const services = await engine.services.list(ofStack(namespace), signal);
  if (services.length === 0) throw nothingFound(namespace);
  const tasks = await engine.tasks.list(ofStack(namespace), signal);
  return services
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((service) => ({
      id: service.id,
      name: service.name,
      mode: modeOf(service),
      replicas: replicasOf(service, tasks),
      image: service.spec.TaskTemplate.ContainerSpec.Image.replace(/@sha256:.*/, ''),
      ports: (service.spec.EndpointSpec?.Ports ?? []).map(portText).join(', '),
    }));
};

/** @throws {AxionError} `NOT_FOUND` when the stack has no tasks */
export const stackTasks = async (engine: Engine, namespace: string, signal: AbortSignal): Promise<readonly TaskRow[]> => {
  const tasks = await engine.tasks.list(ofStack(namespace), signal);
  if (tasks.length === 0) throw nothingFound(namespace);
  const [services, nodes] = await Promise.all([engine.services.list(ofStack(namespace), signal), engine.nodes.list(signal)]);
  const serviceNames = new Map(services.map(({ id, name }) => [id, name]));
  const hosts = new Map(nodes.map(({ id, hostname }: SwarmNode) => [id, hostname]));
  const rows = tasks.map((task) => ({ task, name: `${serviceNames.get(task.serviceId) ?? task.serviceId}.${task.slot ?? task.nodeId ?? ''}` }));
  // Newest first within a slot, as the engine's own client shows a slot's history.
  rows.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || b.task.createdAt - a.task.createdAt);
  return rows.map(({ task, name }, index) => ({
    id: task.id,
    name: rows[index - 1]?.name === name ? ` \\_ ${name}` : name,
    image: (task.spec.ContainerSpec?.Image ?? '').replace(/@sha256:.*/, ''),
    node: hosts.get(task.nodeId ?? '') ?? '',
    desired: task.desiredState,
    state: task.state,
    since: task.since,
    error: task.error,
  }));
};

/** Every stack of the swarm with how many services it has. */
export const stackList = async (engine: Engine, signal: AbortSignal): Promise<readonly { readonly name: string; readonly services: number }[]> => {
  const services = await engine.services.list({ label: [NAMESPACE_LABEL] }, signal);
  const stacks = Map.groupBy(services, ({ spec }) => spec.Labels[NAMESPACE_LABEL] ?? '');
  return [...stacks]
    .map(([name, { length }]) => ({ name, services: length }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
};
