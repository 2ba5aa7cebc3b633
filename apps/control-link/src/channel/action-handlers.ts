import type { Bus } from '@axion/bus';
import type { LedgerEntry, NodeHold } from '@axion/contracts';
import type { Clock } from '@axion/core';
import type { ActionHandler, ActionKind } from './action.ts';
import { commandAction } from './command-action.ts';
import { CommandEnds } from './command-ends.ts';
import { commandReference } from './command-reference.ts';
import { holdAction } from './hold-action.ts';
import { logsAction } from './logs-action.ts';
import type { TokenBook } from '../token-book.ts';
import { rotateTokenAction } from './rotate-token-action.ts';
import { statusAction } from './status-action.ts';

export interface ActionHandlersParts {
  readonly bus: Pick<Bus, 'actions' | 'commands' | 'events' | 'bucket'>;
  readonly signedOnly: boolean;
  /** What a status says of the agent itself. */
  readonly agent: () => Readonly<Record<string, unknown>>;
  readonly tokens: Pick<TokenBook, 'rotate'>;
  readonly clock: Clock;
}

/** Who carries out which action. */
export const actionHandlers = ({ bus, signedOnly, agent, tokens, clock }: ActionHandlersParts): Readonly<Record<ActionKind, ActionHandler>> => {
  const { actions, commands } = bus;
  const ledger = bus.bucket<LedgerEntry>('ledger');
  const parts = { commands, ledger, ends: new CommandEnds(bus.events), actions, signedOnly, now: () => clock.now() };
  const hold = { bucket: bus.bucket<NodeHold>('identity'), signedOnly, now: () => clock.now() };
  const reference = commandReference({ commands, ledger });
  return {
    stop: commandAction('Stop', parts),
    restart: commandAction('Restart', parts),
    scale: commandAction('Scale', parts),
    status: statusAction(actions, agent),
    logs: logsAction({ actions, clock }),
    deploy: reference,
    rollback: reference,
    rotateToken: rotateTokenAction(tokens, signedOnly),
    drain: holdAction(true, hold),
    undrain: holdAction(false, hold),
  };
};
