import type { Actions } from '@axion/bus';
import { AxionError, untilAborted, type Clock } from '@axion/core';
import type { ActionHandler, LoggedLine } from './action.ts';

export interface LogsActionParts {
  readonly actions: Pick<Actions, 'request'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

const ASK_MS = 15_000;
const EVERY_MS = 1000;
/** Most that one look at a service gives. */
const MOST_LINES = 2000;
/** A part stays far below what a gRPC message may have. */
const LINES_A_PART = 200;
const CHARACTERS_A_PART = 256 * 1024;
/** Lines of several tasks come a little out of order: each look reaches back so far, and what was seen is left out. */
const OVERLAP_S = 5;

interface EngineLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

const secondsOf = (at: string): number => Date.parse(at) / 1000;

/** The engine puts its stamp before each line. */
const loggedLine = (service: string, { stream, text }: EngineLine): LoggedLine => {
  const space = text.indexOf(' ');
  return { service, stream, at: text.slice(0, space), text: text.slice(space + 1) };
};

/** One service's log as looks at its end, each giving what is new. */
class LogTail {
  readonly #service: string;
  #seen = new Set<string>();
  #last: number;

  constructor(service: string, since: number) {
    this.#service = service;
    this.#last = since;
  }

  get since(): number {
    return this.#last === 0 ? 0 : Math.max(0, this.#last - OVERLAP_S);
  }

  fresh(lines: readonly EngineLine[]): readonly LoggedLine[] {
    const found = lines.map((line) => loggedLine(this.#service, line));
    const fresh = found.filter((line) => !this.#seen.has(`${line.at} ${line.text}`));
    this.#seen = new Set(found.map((line) => `${line.at} ${line.text}`));
    for (const { at } of fresh) this.#last = Math.max(this.#last, secondsOf(at) || 0);
    return fresh;
  }
}

/** Lines in parts, each small enough to be sent; no line is cut. */
export function* partsOf(lines: readonly LoggedLine[]): Iterable<readonly LoggedLine[]> {
  let part: LoggedLine[] = [];
  let characters = 0;
  for (const line of lines) {
    if (part.length === LINES_A_PART || (part.length > 0 && characters + line.text.length > CHARACTERS_A_PART)) {
      yield part;
      part = [];
      characters = 0;
    }
    part.push(line);
    characters += line.text.length;
  }
  if (part.length > 0) yield part;
}

/** The logs of a service, or of all of a project; with `follow` it goes on until it is cancelled. */
export const logsAction =
  ({ actions, clock }: LogsActionParts): ActionHandler =>
  async ({ body }, { signal, part }) => {
    const { project_id: project, service_name: only, follow, tail, since } = body;
    if (typeof project !== 'string') throw new AxionError('INVALID_ARGUMENT', 'project_id is needed', { reason: 'INVALID_ACTION' });
    const ask = <T>(verb: string, more: object): Promise<T> => untilAborted(actions.request<T>('swarm', verb, { project_id: project, ...more }, { timeoutMs: ASK_MS }), signal);
    const names = typeof only === 'string' ? [only] : (await ask<{ services: readonly { readonly name: string }[] }>('status', {})).services.map(({ name }) => name);
    const from = typeof since === 'number' ? since / 1000 : 0;
    const tails = names.map((name) => ({ name, log: new LogTail(name, from) }));
    for (let wanted = typeof tail === 'number' ? Math.min(tail, MOST_LINES) : MOST_LINES; ; wanted = MOST_LINES) {
      const looks = tails.map(async ({ name, log }) => {
        const start = log.since;
        const { lines } = await ask<{ lines: readonly EngineLine[] }>('logs', { service_name: name, tail: wanted, timestamps: true, ...(start === 0 ? {} : { since: start }) });
        return log.fresh(lines);
      });
      const found = (await Promise.all(looks)).flat().toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      for (const lines of partsOf(found)) await part({ lines, dropped: 0 });
      if (follow !== true) return undefined;
      await clock.sleep(EVERY_MS, signal);
    }
  };
