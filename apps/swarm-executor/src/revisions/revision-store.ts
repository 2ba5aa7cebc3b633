import type { Bucket, BucketEntry } from '@axion/bus';
import { AxionError, derivedId } from '@axion/core';
import type { SealedBox } from '@axion/service-kit';
import type { StackInput } from '../stack/stack-input.ts';

/** A stored, complete input of a deployment that ended well. */
export interface Revision {
  readonly project_id: string;
  /** The deployment that made it, then those that deployed the same again. */
  readonly deployment_ids: readonly string[];
  /** Equal for equal inputs. */
  readonly stack_hash: string;
  /** RFC 3339 UTC. */
  readonly created_at: string;
  /** Names on the engine that the revision needs. */
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
  /** The sealed `StackInput`. */
  readonly sealed: string;
}

export interface StoredRevision {
  readonly revision: Revision;
  readonly input: StackInput;
}

/** Ids of one revision's repeated deployments that can still be named in a rollback. */
const MAX_IDS = 20;

/** Revisions of projects, in the bus's bucket `revisions`; values sealed. */
export class RevisionStore {
  readonly #bucket: Bucket<Revision>;
  readonly #box: SealedBox;
  readonly #keep: number;

  constructor(bucket: Bucket<Revision>, box: SealedBox, keep: number) {
    this.#bucket = bucket;
    this.#box = box;
    this.#keep = keep;
  }

  /** Newest first. */
  async of(projectId: string): Promise<readonly Revision[]> {
    return (await this.#entries(projectId)).map(({ value }) => value);
  }

  /** Stores what was deployed, or notes that the newest revision was deployed again; forgets the oldest beyond `keep_revisions`. */
  async store(input: StackInput, facts: Pick<Revision, 'stack_hash' | 'secrets' | 'configs'>, now: number): Promise<void> {
    const entries = await this.#entries(input.projectId);
    const newest = entries[0];
    const again = newest !== undefined && newest.value.stack_hash === facts.stack_hash;
    const key = again ? newest.key : `${input.projectId}.${derivedId('revision', input.projectId, input.deploymentId)}`;
    const earlier = again ? newest.value.deployment_ids : (entries.find((entry) => entry.key === key)?.value.deployment_ids ?? []);
    await this.#bucket.put(key, {
      project_id: input.projectId,
      deployment_ids: [...new Set([...earlier, input.deploymentId])].slice(-MAX_IDS),
      ...facts,
      created_at: new Date(now).toISOString(),
      sealed: this.#box.seal(input, key),
    });
    const others = entries.filter((entry) => entry.key !== key);
    for (const { key: old } of others.slice(this.#keep - 1)) await this.#bucket.delete(old);
  }

  /** Names of the configs and secrets that are still needed once `stackHash` is stored too: they are not pruned. */
  async neededBeside(projectId: string, stackHash: string): Promise<ReadonlySet<string>> {
    const revisions = await this.of(projectId);
    const kept = revisions[0]?.stack_hash === stackHash ? revisions : revisions.slice(0, this.#keep - 1);
    return new Set(kept.flatMap(({ secrets, configs }) => [...secrets, ...configs]));
  }

  /** @throws {AxionError} `NOT_FOUND` naming the kept ones, `DATA_LOSS` */
  async load(projectId: string, deploymentId: string): Promise<StoredRevision> {
    const entries = await this.#entries(projectId);
    const entry = entries.find(({ value }) => value.deployment_ids.includes(deploymentId));
    if (entry === undefined) {
      const kept = entries.map(({ value }) => value.deployment_ids.at(-1)!);
      throw new AxionError('NOT_FOUND', `deployment ${deploymentId} of project ${projectId} is not kept; kept are: ${kept.join(', ') || 'none'}`, { reason: 'NO_SUCH_REVISION', details: { kept } });
    }
    return { revision: entry.value, input: this.#box.open(entry.value.sealed, entry.key) as StackInput };
  }

  async #entries(projectId: string): Promise<readonly BucketEntry<Revision>[]> {
    const entries = await this.#bucket.entries(`${projectId}.*`);
    return entries.toSorted((a, b) => b.revision - a.revision);
  }
}
