import type { Bucket } from '@axion/bus';
import type { PlanLine, TaskFailure } from '@axion/swarm-stack';

/** What the agent knows of a project, in the bus's bucket `projects`. No values of variables or secrets in it. */
export interface ProjectRecord {
  readonly project_id: string;
  readonly state: 'deploying' | 'deployed' | 'failed' | 'stopped';
  /** The deployment that is in force: the last good one. */
  readonly deployment_id?: string;
  /** Replicas set by `Scale` since that deployment, by service. */
  readonly scaled?: Readonly<Record<string, number>>;
  /** The deployment in hand, so that whoever continues it knows when it began and how far it is. */
  readonly deploying?: {
    readonly command_id: string;
    readonly deployment_id: string;
    /** RFC 3339 UTC. */
    readonly started_at: string;
    /** Services of the stack were on the engine before it. */
    readonly existed?: boolean;
    /** How the project stood before it. */
    readonly state_before?: ProjectRecord['state'];
    /** What was to be changed, as it was first planned: a later look finds part of it done. */
    readonly plan?: readonly PlanLine[];
    /** It failed, and the revision before is being put back, since `undo_at`. */
    readonly failure?: TaskFailure;
    readonly undo_at?: string;
  };
  /** The last `Scale`, for whoever continues it, with the replicas that there were before it. */
  readonly scale?: { readonly command_id: string; readonly started_at: string; readonly from?: number };
  /** The file asks for changes made behind the agent's back to be put back. */
  readonly self_heal?: boolean;
  /** The difference to the deployment that was reported last, as a hash; absent while there is none. */
  readonly drift?: string;
  readonly updated_at: string;
}

/** How a project stood before the deployment in hand, if there is one: also where that was begun by a process that was killed. */
export const stateBefore = (record: ProjectRecord | undefined): ProjectRecord['state'] | undefined => (record?.deploying === undefined ? record?.state : record.deploying.state_before);

export class ProjectStore {
  readonly #bucket: Bucket<ProjectRecord>;
  readonly #now: () => number;

  constructor(bucket: Bucket<ProjectRecord>, now: () => number) {
    this.#bucket = bucket;
    this.#now = now;
  }

  async get(projectId: string): Promise<ProjectRecord | undefined> {
    return (await this.#bucket.get(projectId))?.value;
  }

  async all(): Promise<readonly ProjectRecord[]> {
    return (await this.#bucket.entries()).map(({ value }) => value).toSorted((a, b) => (a.project_id < b.project_id ? -1 : 1));
  }

  async put(record: Omit<ProjectRecord, 'updated_at'>): Promise<void> {
    await this.#bucket.put(record.project_id, { ...record, updated_at: new Date(this.#now()).toISOString() });
  }
}
