/** Every command the agent takes (the outer contract, section 2). */
export const COMMAND_TYPES = [
  'Deploy',
  'Rollback',
  'Scale',
  'Stop',
  'Restart',
  'GetStatus',
  'HealthCheck',
  'Plan',
  'Update',
  'SwarmInit',
  'SwarmJoin',
  'SwarmLeave',
  'ApplyWorkload',
  'DeleteWorkload',
] as const;

export type CommandType = (typeof COMMAND_TYPES)[number];

const READ_ONLY: ReadonlySet<CommandType> = new Set(['GetStatus', 'HealthCheck', 'Plan']);

/** Whether a command changes nothing, so that executing it again is harmless. */
export const isReadOnly = (type: CommandType): boolean => READ_ONLY.has(type);

/** Every event type that leaves the agent. */
export const EVENT_TYPES = [
  'DeployStarted',
  'DeployProgress',
  'DeployCompleted',
  'DeployFailed',
  'RollbackStarted',
  'RollbackCompleted',
  'RollbackFailed',
  'StatusReport',
  'MetricsReport',
  'ErrorReport',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** The two ways a command can end. */
export interface TerminalTypes {
  readonly done: EventType;
  readonly failed: EventType;
}

const REPORT: TerminalTypes = { done: 'StatusReport', failed: 'ErrorReport' };

/** The terminal event of each command type: exactly one of the two follows every accepted command. */
export const terminalTypes = (type: CommandType): TerminalTypes => {
  if (type === 'Deploy') return { done: 'DeployCompleted', failed: 'DeployFailed' };
  if (type === 'Rollback') return { done: 'RollbackCompleted', failed: 'RollbackFailed' };
  return REPORT;
};
