/** Promised: what workloads were told they may have. Used: what is measured. Bytes, and thousandths of a processor. */
export interface NodeRoom {
  readonly total: number;
  readonly allocated: number;
  readonly used: number;
}

/**
 * A runtime of this node. `ready`: it answers · `away`: it is expected and does not answer now · `missing`: it is not
 * installed, or too old.
 */
export interface NodeRuntime {
  readonly type: 'container' | 'compose' | 'vm';
  readonly state: 'ready' | 'away' | 'missing';
}

/** What workload-executor answers to the action `node`: what this node can carry, and how much of it is taken. */
export interface NodeReport {
  readonly runtimes: readonly NodeRuntime[];
  /** Drivers of managed volumes that work here. */
  readonly storage_drivers: readonly string[];
  readonly cpu_millicores: NodeRoom;
  readonly memory_bytes: NodeRoom;
  readonly disk_bytes: NodeRoom;
  /** No workloads are taken, and those that ran are being stopped or stopped. */
  readonly draining: boolean;
}
