import type { CommandHandler } from '@axion/bus';
import { errorPayload } from '@axion/contracts';
import type { Outcome } from '@axion/contracts';
import { AxionError } from '@axion/core';
import type { TaskEnd } from '../keep/tasks.ts';
import type { WorkloadApi } from './workload-api.ts';

/**
 * The durable commands ApplyWorkload and DeleteWorkload. They end when the workload is as asked, or has failed for good:
 * the terminal event says which. Executed again after a kill, each finds what was done and says the same.
 */
export const executeCommand =
  (api: WorkloadApi): CommandHandler =>
  async (run) => {
    const { command, handBack, cancelled } = run;
    const signal = AbortSignal.any([handBack, cancelled]);
    const outcome = (answer: unknown, end: TaskEnd | undefined): Outcome => {
      const payload = { workload_id: command.payload['id'], command_type: command.type, ...(answer as Record<string, unknown>) };
      return end?.outcome === 'failed' ? { ok: false, payload: { ...errorPayload(command, end.error.toJSON()), ...payload } } : { ok: true, payload };
    };
    if (command.type === 'DeleteWorkload') {
      const { answer, end } = await run.offSlot(() => api.deleteToTheEnd(command.payload, signal));
      return outcome(answer, end);
    }
    if (command.type !== 'ApplyWorkload') throw new AxionError('UNIMPLEMENTED', `this executor does not know ${command.type}`, { reason: 'UNKNOWN_TYPE', retryable: false });
    const newer = (await run.later()).find(({ type }) => type === 'ApplyWorkload' || type === 'DeleteWorkload');
    if (newer !== undefined) return { ok: true, payload: { workload_id: command.payload['id'], applied: false, skipped: true, message: 'superseded by a newer command', superseded_by: newer.commandId } };
    const { answer, end } = await run.offSlot(() => api.applyToTheEnd(command.payload, signal));
    return outcome(answer, end);
  };
