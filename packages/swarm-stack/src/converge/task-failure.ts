/** Of a log line in a message, characters. */
const MAX_LAST_WORDS = 300;

/** Why a service did not come up: the first real reason, in the engine's words. */
export interface TaskFailure {
  /** Name in the stack file. */
  readonly service: string;
  readonly reason: 'TASK_FAILED' | 'TASK_REJECTED' | 'IMAGE_UNAVAILABLE' | 'NO_SUITABLE_NODE' | 'UPDATE_PAUSED' | 'NOT_IN_TIME' | 'ENGINE_AWAY';
  readonly error: string;
  readonly taskId?: string;
  readonly nodeId?: string;
  readonly slot?: number;
  readonly state?: string;
  readonly exitCode?: number;
  /** Placement constraints that no node meets. */
  readonly constraints?: readonly string[];
  readonly logLines?: readonly string[];
}

/** As it stands in events. */
export const failureReport = (failure: TaskFailure): Readonly<Record<string, unknown>> => ({
  service: failure.service,
  reason: failure.reason,
  error: failure.error,
  ...(failure.taskId === undefined ? {} : { task_id: failure.taskId }),
  ...(failure.nodeId === undefined ? {} : { node_id: failure.nodeId }),
  ...(failure.slot === undefined ? {} : { slot: failure.slot }),
  ...(failure.state === undefined ? {} : { state: failure.state }),
  ...(failure.exitCode === undefined ? {} : { exit_code: failure.exitCode }),
  ...(failure.constraints === undefined ? {} : { constraints: failure.constraints }),
  ...(failure.logLines === undefined ? {} : { last_log_lines: failure.logLines }),
});

/** One line that says what happened, for people. */
export const failureText = (failure: TaskFailure): string => {
  const who = failure.service === '' ? '' : `service ${failure.service}: `;
  const code = failure.exitCode === undefined || failure.exitCode === 0 || failure.error.includes(`(${failure.exitCode})`) ? '' : ` (exit code ${failure.exitCode})`;
  const last = failure.logLines?.findLast((line) => line.trim() !== '');
  return `${who}${failure.error}${code}${last === undefined ? '' : `; its last words: ${last.trim().slice(0, MAX_LAST_WORDS)}`}`;
};
