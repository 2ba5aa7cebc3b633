import type { Actions, Bucket, Commands } from '@axion/bus';
import { ledgerKey, parseCommand, terminalTypes, type CommandType, type LedgerEntry } from '@axion/contracts';
import { AxionError, errorFromReport, untilAborted, type ErrorReport } from '@axion/core';
import type { ActionContext, ActionHandler, AskedAction } from './action.ts';
import type { CommandEnds } from './command-ends.ts';

export interface CommandActionParts {
  readonly commands: Pick<Commands, 'publish'>;
  readonly ledger: Pick<Bucket<LedgerEntry>, 'get'>;
  readonly ends: CommandEnds;
  readonly actions: Pick<Actions, 'request'>;
  /** `security.command_public_keys` is set: what is not signed changes nothing. */
  readonly signedOnly: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const CANCEL_MS = 5000;

const usedBefore = (id: string): AxionError => new AxionError('ALREADY_EXISTS', `an action or command ${id} was carried out before, or is under way`, { reason: 'DUPLICATE_ACTION' });

const commandOf = ({ id, body, headers, userId }: AskedAction, type: CommandType, now: number) =>
  parseCommand(Buffer.from(JSON.stringify({ command_id: id, command_type: type, payload: body, timestamp: new Date(now).toISOString(), metadata: { user_id: userId } })), headers);

/**
 * An action that changes something: a command under the action's id, in the order of its project with those from Kafka. It
 * ends when its terminal event is there. A channel that ends meanwhile takes nothing back.
 */
export const commandAction =
  (type: CommandType, { commands, ledger, ends, actions, signedOnly, now }: CommandActionParts): ActionHandler =>
  async (action, { signal, accepted }: ActionContext) => {
    if (signedOnly) throw new AxionError('FAILED_PRECONDITION', 'this agent takes signed commands only (security.command_public_keys), and an action on the channel is not signed: send it as a command', { reason: 'SIGNATURE_REQUIRED' });
    const command = commandOf(action, type, now());
    const { commandId, projectId } = command;
    if ((await ledger.get(ledgerKey(commandId))) !== undefined) throw usedBefore(commandId);
    const { end, forget } = await ends.expect(commandId);
    try {
      const { duplicate } = await commands.publish(command);
      if (duplicate) throw usedBefore(commandId);
      await accepted();
      const { body } = await untilAborted(end, signal);
      if (body.event_type === terminalTypes(type).done) return body.payload;
      throw errorFromReport(body.payload['error'] as ErrorReport);
    } catch (error) {
      const asked: unknown = signal.reason;
      if (signal.aborted && asked instanceof AxionError && asked.code === 'CANCELLED') {
        await actions.request('swarm', 'cancel', { project_id: projectId, command_id: commandId }, { timeoutMs: CANCEL_MS }).catch(() => undefined);
      }
      throw error;
    } finally {
      forget();
    }
  };
