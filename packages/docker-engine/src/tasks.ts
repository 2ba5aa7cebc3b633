import type { TaskTemplate } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { filterQuery } from './filters.ts';
import type { Filters } from './filters.ts';

/** In the order in which a task goes through them; what follows `running` is final. */
export const TASK_STATES = ['new', 'allocated', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting', 'running', 'complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** One attempt to run a container of a service. With a healthcheck the engine calls it `running` only once it is healthy. */
export interface Task {
  readonly id: string;
  readonly serviceId: string;
  readonly nodeId: string | undefined;
  /** Which replica it is; global services have none. */
  readonly slot: number | undefined;
  readonly state: TaskState;
  readonly desiredState: TaskState;
  readonly message: string;
  /** The engine's words when it failed or cannot be placed; else empty. */
  readonly error: string;
  readonly exitCode: number | undefined;
  readonly containerId: string | undefined;
  readonly spec: Partial<TaskTemplate>;
  readonly jobIteration: number | undefined;
  /** When it came into its state, milliseconds since 1970 by its node's clock. */
  readonly since: number;
  readonly createdAt: number;
}

interface TaskAnswer {
  readonly ID: string;
  readonly ServiceID: string;
  readonly NodeID?: string;
  readonly Slot?: number;
  readonly DesiredState: TaskState;
  readonly CreatedAt: string;
  readonly Spec: Partial<TaskTemplate>;
  readonly JobIteration?: { readonly Index?: number };
  readonly Status: {
    readonly State: TaskState;
    readonly Message?: string;
    readonly Err?: string;
    readonly Timestamp?: string;
    readonly ContainerStatus?: { readonly ContainerID?: string; readonly ExitCode?: number };
  };
}

const taskOf = ({ Status: status, ...answer }: TaskAnswer): Task => ({
  id: answer.ID,
  serviceId: answer.ServiceID,
  nodeId: answer.NodeID || undefined,
  slot: answer.Slot || undefined,
  state: status.State,
  desiredState: answer.DesiredState,
  message: status.Message ?? '',
  error: status.Err ?? '',
  exitCode: status.ContainerStatus?.ExitCode,
  containerId: status.ContainerStatus?.ContainerID || undefined,
  spec: answer.Spec,
  jobIteration: answer.JobIteration === undefined ? undefined : (answer.JobIteration.Index ?? 0),
  since: Date.parse(status.Timestamp ?? answer.CreatedAt),
  createdAt: Date.parse(answer.CreatedAt),
});

export interface Tasks {
  /** Filters: `service`, `node`, `label` (of the service), `desired-state`, `name`, `id`. */
  list(filters?: Filters, signal?: AbortSignal): Promise<readonly Task[]>;
}

export const tasks = (calls: EngineCalls): Tasks => ({
  list: async (filters, signal) =>
    (await calls.call<TaskAnswer[]>({ what: 'list the tasks', operation: 'task_list', method: 'GET', path: '/tasks', query: filterQuery(filters) }, signal)).map(taskOf),
});
