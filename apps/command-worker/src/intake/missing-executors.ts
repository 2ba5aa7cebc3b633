import type { Config } from '@axion/config';
import type { StoredCommand } from '@axion/contracts';
import { AxionError } from '@axion/core';

/** What decides whether an executor runs on this agent. */
export type ExecutorSwitches = { readonly workloads: Pick<Config['workloads'], 'enabled'> };

/** Why nobody would ever execute `command`; `undefined` where an executor runs. Such a command is answered at the door instead of waiting for ever. */
export const missingExecutor = ({ executor, type }: StoredCommand, { workloads }: ExecutorSwitches): AxionError | undefined => {
  if (executor === 'updater') {
    return new AxionError('UNIMPLEMENTED', `this version of the agent does not know updating itself over a command yet; ${type} was not executed`, { reason: 'NO_EXECUTOR' });
  }
  if (executor === 'workload' && !workloads.enabled) {
    return new AxionError('FAILED_PRECONDITION', `workloads are switched off on this agent, so ${type} was not executed: set workloads.enabled=true in its configuration, restart it, and send the command again under a new id`, {
      reason: 'EXECUTOR_DISABLED',
      retryable: false,
    });
  }
  return undefined;
};
