/** What people call a container. */
export interface InventoryContainer {
  readonly name: string;
  /** Without the digest. */
  readonly image: string;
  readonly project?: string;
  /** Its name in the stack file. */
  readonly service?: string;
}

/** The containers that run on this node, in bucket `inventory` under the key `CONTAINERS_KEY`; written by swarm-executor on every change. */
export interface ContainerInventory {
  /** By the engine's full id. */
  readonly containers: Readonly<Record<string, InventoryContainer>>;
}

export const CONTAINERS_KEY = 'containers';
