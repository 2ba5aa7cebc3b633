/** What people call a container. */
export interface ContainerName {
  readonly name: string;
  readonly image: string;
}

/** Names of containers by their ids, as the executors' inventory on the bus tells them. The sampler never asks the engine. */
export interface ContainerNames {
  of(containerId: string): ContainerName;
}

/** Stands in where there is no inventory: the id as `docker ps` shortens it, so that series can still be told apart and looked up. */
export const shortIds: ContainerNames = { of: (containerId) => ({ name: containerId.slice(0, 12), image: '' }) };
