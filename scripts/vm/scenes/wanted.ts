import { waitFor } from '@axion/testkit';
import type { AgentApi, SeenWorkload } from '../agent-api.ts';
import { IMAGE } from '../guest.ts';

const PATIENCE_MS = 900_000;

/** A managed volume as a client asks for it. */
export interface AskedVolume {
  readonly name: string;
  readonly driver: string;
  readonly fsType: string;
  readonly sizeGb?: number;
  readonly mountPath?: string;
  readonly retainPolicy?: string;
}

/** A container that runs a script and sleeps. */
export const sleeper = (script: string, ...managedVolumes: readonly AskedVolume[]): object => ({ container: { image: IMAGE, command: ['sh', '-c', `${script}\nexec sleep 1000000`], managedVolumes } });

/** A machine that boots from `boot.raw` in its folder. */
export const machineWith = (...managedVolumes: readonly AskedVolume[]): object => ({
  vm: { name: 'writer', vcpus: 1, memoryMb: 64, disks: [{ path: 'boot.raw', format: 'raw', type: 'disk', boot: true }], managedVolumes },
});

const isUp = ({ state, revision, metadata }: SeenWorkload, wanted: string): boolean => state === 'RUNNING' && revision === wanted && metadata['failure_reason'] === undefined;

/** Asks for workloads and waits until they are as asked, or are said not to be. */
export class Wanted {
  readonly api: AgentApi;
  readonly #signal: AbortSignal;

  /** @param signal ends every wait */
  constructor(api: AgentApi, signal: AbortSignal) {
    this.api = api;
    this.#signal = signal;
  }

  /** @throws when it is said that it cannot be brought about */
  async runs(id: string, revision: string, type: 'CONTAINER' | 'COMPOSE' | 'VM', spec: object): Promise<void> {
    await this.api.apply(id, revision, type, spec);
    const ended = await this.until(id, `${revision} to run`, (seen) => isUp(seen, revision) || seen.metadata['retry_terminal'] === 'true');
    if (!isUp(ended, revision)) throw new Error(`${id}: ${ended.metadata['last_error']}`);
  }

  /** Applies what cannot be; gives the reason that is told. */
  async fails(id: string, revision: string, type: 'CONTAINER' | 'COMPOSE' | 'VM', spec: object): Promise<string> {
    await this.api.apply(id, revision, type, spec).catch(() => undefined);
    return this.ails(id);
  }

  /** Until a reason is told. */
  async ails(id: string): Promise<string> {
    const { metadata } = await this.until(id, 'a reason to be told', (seen) => seen.metadata['failure_reason'] !== undefined);
    return `${metadata['failure_reason']}: ${metadata['last_error']}`;
  }

  async until(id: string, what: string, holds: (seen: SeenWorkload) => boolean, timeoutMs = PATIENCE_MS): Promise<SeenWorkload> {
    let last: SeenWorkload | undefined;
    const look = async (): Promise<{ readonly seen?: SeenWorkload } | undefined> => {
      if (this.#signal.aborted) return {};
      last = await this.api.status(id);
      return last !== undefined && holds(last) ? { seen: last } : undefined;
    };
    const { seen } = await waitFor(look, { what: `${id}: ${what}`, timeoutMs, intervalMs: 1000 }).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : String(error)}; it is ${last?.state} at ${last?.revision}: ${last?.message}`, { cause: error });
    });
    if (seen !== undefined) return seen;
    throw this.#signal.reason;
  }

  async gone(id: string): Promise<void> {
    const { success, message } = await this.api.delete(id);
    if (!success) throw new Error(`${id}: ${message}`);
    await waitFor(async () => this.#signal.aborted || (await this.api.status(id)) === undefined, { what: `${id} to be gone`, timeoutMs: PATIENCE_MS, intervalMs: 1000 });
  }
}
