import { ApplyWorkloadRequest, type AgentServiceDefinition } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import type { UnaryClient } from '@axion/grpc-kit';
import { sharedImage, waitFor } from '@axion/testkit';
import { sleeper } from './node-rig.ts';

/** What a scheduler wants of a workload. */
interface Wish {
  readonly desired: 'Running' | 'Stopped' | 'Deleted';
  readonly revision: string;
  readonly container?: object;
}

const STATES: Readonly<Record<number, string>> = { [ActualState.PENDING]: 'Pending', [ActualState.RUNNING]: 'Running', [ActualState.STOPPED]: 'Stopped', [ActualState.FAILED]: 'Failed' };
const textOf = (error: unknown): string => (error as Error).message.toLowerCase();
const saysGone = (error: unknown): boolean => textOf(error).includes('not found');

/**
 * A scheduler that reads words and no codes, as those of Persys do: it looks at a workload, and takes at most one step. What it
 * cannot read as "gone" stops it; of a deletion it sees only whether the call failed.
 */
export class ReadingScheduler {
  readonly #agent: () => Promise<UnaryClient<typeof AgentServiceDefinition>>;
  /** Types that the node was found not to have. */
  readonly unsupported: string[] = [];

  constructor(agent: () => Promise<UnaryClient<typeof AgentServiceDefinition>>) {
    this.#agent = agent;
  }

  /** Step by step until the workload is as wished. */
  async bring(id: string, wish: Wish): Promise<void> {
    await waitFor(() => this.#step(id, wish), { what: `${id} to be ${wish.desired}`, timeoutMs: 45_000, intervalMs: 200 });
  }

  /** @returns whether the scheduler has nothing more to do */
  async #step(id: string, { desired, revision, container }: Wish): Promise<boolean> {
    const agent = await this.#agent();
    const { state, known } = await this.#look(id);
    if (desired === 'Deleted') {
      if (state === 'Missing') return true;
      // It asks twice, for its own reconciler and for its store; the second time the workload is gone.
      for (let asked = 0; asked < 2; asked += 1) await agent.deleteWorkload({ id }).catch((error: unknown) => saysGone(error) || Promise.reject(error));
      return (await this.#look(id)).state === 'Missing';
    }
    if (state === desired && known === revision) return true;
    if (state === 'Pending') return false;
    const request = { id, type: 'WORKLOAD_TYPE_CONTAINER', revisionId: revision, desiredState: `DESIRED_STATE_${desired.toUpperCase()}`, spec: { container: { image: sharedImage(), command: sleeper, ...container } } };
    const { applied, skipped, message } = await agent.applyWorkload(ApplyWorkloadRequest.fromJSON(request));
    if (!applied && !skipped) throw new Error(`agent rejected apply: ${message}`);
    return false;
  }

  /** Asks for a type, as for a workload that was placed here by an old list of what the node has. */
  async tryType(type: 'compose' | 'vm', spec: object): Promise<void> {
    const request = ApplyWorkloadRequest.fromJSON({ id: 'elsewhere', revisionId: 'r1', desiredState: 'DESIRED_STATE_RUNNING', spec: { [type]: spec } });
    await (await this.#agent()).applyWorkload(request).catch((error: unknown) => {
      if (!textOf(error).includes('runtime not available')) throw error;
      this.unsupported.push(type);
    });
  }

  async #look(id: string): Promise<{ readonly state: string; readonly known: string }> {
    const agent = await this.#agent();
    try {
      const { status } = await agent.getWorkloadStatus({ id });
      return { state: STATES[status?.actualState ?? 0] ?? 'Unknown', known: status?.revisionId ?? '' };
    } catch (error) {
      if (!saysGone(error)) throw error;
      return { state: 'Missing', known: '' };
    }
  }
}
