import type { Actions } from '@axion/bus';
import type { NodeReport } from '@axion/contracts';
import { ListWorkloadsResponse } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import type { WorkloadStatus } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { asAxionError, AxionError, untilAborted } from '@axion/core';
import type { NodeNow } from './scheduler.ts';

/** A little more than the executor waits for a runtime that hangs. */
const ASK_MS = 5000;

/** What was seen of the node. */
export interface NodeSight extends NodeNow {
  /** The executor answered just now. */
  readonly fresh: boolean;
  /** Types of workload that run here. */
  readonly types: readonly string[];
}

const unknown = (status: WorkloadStatus): WorkloadStatus => ({ ...status, actualState: ActualState.UNKNOWN, message: 'not known now: the workload executor of the node does not answer', usage: undefined });

/**
 * The node as workload-executor tells it.
 *
 * Invariants: nothing is told that was never seen; what was seen and is not answered for now is unknown, never gone; a
 * runtime that answered once stays among the types until it is said to be missing.
 */
export class NodeView {
  readonly #actions: Pick<Actions, 'request'>;
  readonly #types = new Set<string>();
  #last: NodeNow | undefined;

  constructor(actions: Pick<Actions, 'request'>) {
    this.#actions = actions;
  }

  /** @throws {AxionError} `UNAVAILABLE` as long as the executor has never answered */
  async look(signal: AbortSignal): Promise<NodeSight> {
    const ask = <T>(verb: string): Promise<T> => this.#actions.request<T>('workload', verb, {}, { timeoutMs: ASK_MS });
    try {
      const [list, report] = await untilAborted(Promise.all([ask<unknown>('list'), ask<NodeReport>('node')]), signal);
      this.#last = { report, workloads: ListWorkloadsResponse.fromJSON(list).workloads };
      for (const { type, state } of report.runtimes) {
        if (state === 'ready') this.#types.add(type);
        if (state === 'missing') this.#types.delete(type);
      }
      return { ...this.#last, types: this.#sorted(), fresh: true };
    } catch (thrown) {
      signal.throwIfAborted();
      if (this.#last !== undefined) return { report: this.#last.report, workloads: this.#last.workloads.map(unknown), types: this.#sorted(), fresh: false };
      const { message } = asAxionError(thrown);
      throw new AxionError('UNAVAILABLE', `this node is not offered to the scheduler: the workload executor does not answer (${message})`, { reason: 'NO_EXECUTOR', cause: thrown });
    }
  }

  #sorted(): readonly string[] {
    return [...this.#types].toSorted();
  }
}
