import { asAxionError, AxionError } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { ActionContext, ActionHandler, ActionKind, AgentWord, AskedAction } from './action.ts';
import { Credit } from './credit.ts';

export interface OpenActionsParts {
  readonly handlers: Readonly<Record<ActionKind, ActionHandler>>;
  readonly say: (word: AgentWord) => Promise<void>;
  readonly heartbeatWith: ActionContext['heartbeatWith'];
  readonly log: Logger;
}

/** More at once are refused: each may hold a stream. */
const MOST_OPEN = 256;
const LIMIT_MS = 60_000;
/** What is done by command may wait for others of its project. */
const COMMAND_LIMIT_MS = 600_000;
const BY_COMMAND: ReadonlySet<string> = new Set<ActionKind>(['stop', 'restart', 'scale']);

const limitOf = ({ kind, body, timeoutMs }: AskedAction): number | undefined => {
  if (timeoutMs !== undefined) return timeoutMs;
  if (kind === 'logs' && body['follow'] === true) return undefined;
  return kind !== undefined && BY_COMMAND.has(kind) ? COMMAND_LIMIT_MS : LIMIT_MS;
};

/**
 * The actions of one channel that have begun and not ended.
 *
 * Invariants: each ends with exactly one word, whatever its handler does; they run side by side; nothing is said of one
 * after its end.
 */
export class OpenActions {
  readonly #parts: OpenActionsParts;
  readonly #open = new Map<string, { readonly cancel: AbortController; readonly credit: Credit; readonly done: Promise<void> }>();

  constructor(parts: OpenActionsParts) {
    this.#parts = parts;
  }

  begin(action: AskedAction): void {
    const { id } = action;
    if (this.#open.has(id)) return this.#refuse(id, new AxionError('ALREADY_EXISTS', `an action ${id} is under way`, { reason: 'DUPLICATE_ACTION' }));
    if (this.#open.size >= MOST_OPEN) return this.#refuse(id, new AxionError('RESOURCE_EXHAUSTED', `${MOST_OPEN} actions are under way; ask again when some have ended`, { reason: 'TOO_MANY_ACTIONS' }));
    const cancel = new AbortController();
    const credit = new Credit(action.credit);
    const done = this.#run(action, cancel, credit).finally(() => this.#open.delete(id));
    this.#open.set(id, { cancel, credit, done });
  }

  credit(id: string, chunks: number): void {
    this.#open.get(id)?.credit.add(chunks);
  }

  /** One that has ended already is none: its end was under way. */
  cancel(id: string): void {
    this.#open.get(id)?.cancel.abort(new AxionError('CANCELLED', 'cancelled by the control plane', { reason: 'CANCELLED' }));
  }

  /** The channel has ended; nobody listens any more. */
  async close(): Promise<void> {
    const open = [...this.#open.values()];
    for (const { cancel } of open) cancel.abort(new AxionError('ABORTED', 'the control channel has ended', { reason: 'CHANNEL_ENDED' }));
    await Promise.all(open.map(({ done }) => done));
  }

  #refuse(id: string, reason: AxionError): void {
    void this.#parts.say({ word: 'failed', id, error: reason }).catch(() => undefined);
  }

  async #run(action: AskedAction, cancel: AbortController, credit: Credit): Promise<void> {
    const { handlers, say, heartbeatWith, log } = this.#parts;
    const { id, kind } = action;
    const limit = limitOf(action);
    const timer = limit === undefined ? undefined : setTimeout(() => cancel.abort(new AxionError('DEADLINE_EXCEEDED', `the action was not done within ${limit / 1000} s`)), limit);
    const { signal } = cancel;
    let sequence = 0;
    let last: AgentWord;
    try {
      if (kind === undefined) throw new AxionError('UNIMPLEMENTED', 'this agent does not carry out such actions; its hello names those it does');
      const answer = await handlers[kind](action, {
        signal,
        accepted: () => say({ word: 'accepted', id }),
        heartbeatWith,
        part: async (part) => {
          await credit.take(signal);
          await say({ word: 'part', id, sequence: sequence++, part });
        },
      });
      signal.throwIfAborted();
      last = { word: 'end', id, answer };
    } catch (thrown) {
      const error = asAxionError(signal.aborted ? signal.reason : thrown);
      log.debug({ action: id, kind, err: error }, 'an action of the control plane failed');
      last = { word: 'failed', id, error };
    } finally {
      clearTimeout(timer);
    }
    await say(last).catch(() => undefined);
  }
}
