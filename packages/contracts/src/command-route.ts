import type { CommandType } from './command-type.ts';

/** The components that execute commands, as they stand in subjects. */
export const EXECUTORS = ['swarm', 'workload', 'updater'] as const;
export type Executor = (typeof EXECUTORS)[number];

/** The key of commands that concern the agent as a whole. It begins with `_`, so no project or workload can have it. */
export const AGENT_KEY = '_agent';

/** Where a command goes: its executor, and the key in whose order it is executed. */
export interface CommandRoute {
  readonly executor: Executor;
  readonly key: string;
  readonly projectId?: string;
}

/** A workload id may hold dots, which separate tokens of a subject. */
export const subjectToken = (id: string): string => id.replaceAll('.', '=');

export const routeOf = (type: CommandType, payload: Readonly<Record<string, unknown>>): CommandRoute => {
  if (type === 'Update') return { executor: 'updater', key: AGENT_KEY };
  if (type === 'ApplyWorkload' || type === 'DeleteWorkload') return { executor: 'workload', key: subjectToken(String(payload['id'])) };
  const projectId = payload['project_id'];
  return typeof projectId === 'string' ? { executor: 'swarm', key: projectId, projectId } : { executor: 'swarm', key: AGENT_KEY };
};

