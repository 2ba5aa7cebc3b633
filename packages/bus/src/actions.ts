import { asAxionError, AxionError, errorFromReport } from '@axion/core';
import type { ErrorReport } from '@axion/core';
import { subjects } from '@axion/contracts';
import type { Executor } from '@axion/contracts';
import type { Msg } from 'nats';
import type { ActionHandler, Actions, Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { canBeAnswered } from './reply-subject.ts';

const TIMEOUT = 'Axion-Timeout';
const DEFAULT_TIMEOUT_MS = 60_000;

type Answer = { readonly ok: unknown } | { readonly error: ErrorReport };

/** Immediate requests over the bus: answered or failed now, never stored. */
export class BusActions implements Actions {
  readonly #connection: BusConnection;

  constructor(connection: BusConnection) {
    this.#connection = connection;
  }

  async request<T>(executor: Executor, verb: string, body: unknown, { timeoutMs }: { readonly timeoutMs: number }): Promise<T> {
    const headers = { [TIMEOUT]: String(timeoutMs) };
    const message = await this.#connection.request(`ask ${executor} for ${verb}`, subjects.action(executor, verb), JSON.stringify(body ?? null), { timeoutMs, headers });
    const answer = message.json<Answer>();
    if ('error' in answer) throw errorFromReport(answer.error);
    return answer.ok as T;
  }

  serve(executor: Executor, verb: string, handler: ActionHandler, options: { readonly every?: boolean } = {}): Subscription {
    const onMessage = (message: Msg): void => void this.#answer(message, handler, options.every === true);
    return this.#connection.subscribe(subjects.action(executor, verb), onMessage, options.every ? undefined : executor);
  }

  async #answer(message: Msg, handler: ActionHandler, mayBeSilent: boolean): Promise<void> {
    if (!canBeAnswered(message.reply)) return;
    const answer = await this.#handle(message, handler);
    if (mayBeSilent && 'ok' in answer && answer.ok === undefined) return;
    try {
      message.respond(JSON.stringify('ok' in answer ? { ok: answer.ok ?? null } : answer));
    } catch (error) {
      this.#connection.log.warn({ subject: message.subject, error: (error as Error).message }, 'an action could not be answered');
    }
  }

  async #handle(message: Msg, handler: ActionHandler): Promise<Answer> {
    const timeoutMs = Number(message.headers?.get(TIMEOUT)) || DEFAULT_TIMEOUT_MS;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      let body: unknown;
      try {
        body = message.json();
      } catch {
        throw new AxionError('INVALID_ARGUMENT', 'the action is not JSON');
      }
      return { ok: await handler(body, signal) };
    } catch (error) {
      return { error: asAxionError(error).toJSON() };
    }
  }
}
