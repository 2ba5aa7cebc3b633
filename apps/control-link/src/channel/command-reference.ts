import type { Bucket, Commands } from '@axion/bus';
import { ledgerKey, type LedgerEntry } from '@axion/contracts';
import { AxionError, parseProjectId } from '@axion/core';
import type { ActionHandler } from './action.ts';

export interface CommandReferenceParts {
  readonly commands: Pick<Commands, 'waiting'>;
  readonly ledger: Pick<Bucket<LedgerEntry>, 'get'>;
}

/** How far a command that came over Kafka is: whether it ended and how, or how many of its project stand before it. The answer to a question is in its event only. */
export const commandReference =
  ({ commands, ledger }: CommandReferenceParts): ActionHandler =>
  async ({ body }) => {
    const { project_id: project, command_id: id } = body;
    if (typeof project !== 'string' || typeof id !== 'string') throw new AxionError('INVALID_ARGUMENT', 'project_id and command_id are needed', { reason: 'INVALID_ACTION' });
    const ended = await ledger.get(ledgerKey(id));
    if (ended !== undefined) {
      const { event, told, finished_at } = ended.value;
      return { command_id: id, state: 'ended', event_type: event.body.event_type, ...(told !== true && { payload: event.body.payload }), finished_at };
    }
    const ahead = (await commands.waiting('swarm', parseProjectId(project))).findIndex(({ commandId }) => commandId === id);
    if (ahead < 0) throw new AxionError('NOT_FOUND', `command ${id} of project ${project} has not arrived`, { reason: 'NO_SUCH_COMMAND', retryable: true });
    return { command_id: id, state: 'waiting', ahead };
  };
