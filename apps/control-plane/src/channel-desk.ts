import { ActionRequest, ActionEnd, ActionChunk, type AgentFrame, type ControlFrame } from '@axion/contracts/proto/axion/runner/control_channel';
import { AxionError } from '@axion/core';

/** What came back for an action; messages as proto3 JSON. */
export interface ActionOutcome {
  readonly accepted: boolean;
  readonly chunks: readonly unknown[];
  readonly end: unknown;
}

/** How this reader treats a stream. */
export interface Reading {
  /** Chunks it has room for, over and over; 0: it gives none after the first. */
  readonly credit: number;
  /** It has enough after so many chunks, and cancels. */
  readonly cancelAfter: number;
}

interface OpenAction {
  readonly reading: Reading;
  accepted: boolean;
  readonly chunks: unknown[];
  readonly ended: PromiseWithResolvers<unknown>;
}

/** The open channel of one agent. */
class Desk {
  readonly #waiting: ControlFrame[] = [];
  #wake = Promise.withResolvers<void>();
  readonly #actions = new Map<string, OpenAction>();

  say(frame: ControlFrame): void {
    this.#waiting.push(frame);
    this.#wake.resolve();
  }

  async *said(signal: AbortSignal): AsyncIterable<ControlFrame> {
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
    while (!signal.aborted) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else {
        this.#wake = Promise.withResolvers();
        await this.#wake.promise;
      }
    }
  }

  async ask(request: ActionRequest, reading: Reading): Promise<ActionOutcome> {
    const { actionId } = request;
    const open: OpenAction = { reading, accepted: false, chunks: [], ended: Promise.withResolvers() };
    this.#actions.set(actionId, open);
    this.say({ frame: { $case: 'action', action: { ...request, initialCredit: reading.credit } } });
    const end = await open.ended.promise;
    return { accepted: open.accepted, chunks: open.chunks, end };
  }

  hear({ frame }: AgentFrame): void {
    if (frame?.$case === 'accepted') {
      const open = this.#actions.get(frame.accepted.actionId);
      if (open !== undefined) open.accepted = true;
    } else if (frame?.$case === 'chunk') this.#chunk(frame.chunk);
    else if (frame?.$case === 'end') {
      this.#actions.get(frame.end.actionId)?.ended.resolve(ActionEnd.toJSON(frame.end));
      this.#actions.delete(frame.end.actionId);
    }
  }

  lost(): void {
    for (const { ended } of this.#actions.values()) ended.resolve({ lost: 'the channel has ended' });
    this.#actions.clear();
  }

  #chunk(chunk: ActionChunk): void {
    const { actionId } = chunk;
    const open = this.#actions.get(actionId);
    if (open === undefined) return;
    open.chunks.push(ActionChunk.toJSON(chunk));
    const { credit, cancelAfter } = open.reading;
    if (open.chunks.length === cancelAfter) this.say({ frame: { $case: 'cancel', cancel: { actionId } } });
    else if (credit > 0 && open.chunks.length % credit === 0) this.say({ frame: { $case: 'credit', credit: { actionId, chunks: credit } } });
  }
}

/**
 * The control channels of the agents that opened one.
 *
 * Invariants: one channel an agent, the newest; an action that is open when its channel ends is said to be lost.
 */
export class ChannelDesk {
  readonly #desks = new Map<string, Desk>();

  /** Serves a channel from its first frame to its end. */
  async *serve(frames: AsyncIterable<AgentFrame>, signal: AbortSignal, check: (agentId: string) => void): AsyncIterable<ControlFrame> {
    const reader = frames[Symbol.asyncIterator]();
    const first = await reader.next();
    const hello = first.done === true || first.value.frame?.$case !== 'hello' ? undefined : first.value.frame.hello;
    if (hello === undefined) throw new AxionError('INVALID_ARGUMENT', 'a channel begins with a hello');
    const { agentId } = hello;
    check(agentId);
    const desk = new Desk();
    this.#desks.get(agentId)?.lost();
    this.#desks.set(agentId, desk);
    void (async () => {
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) desk.hear(next.value);
    })().catch(() => undefined);
    desk.say({ frame: { $case: 'welcome', welcome: { maxOpenActions: 0 } } });
    try {
      yield* desk.said(signal);
    } finally {
      desk.lost();
      if (this.#desks.get(agentId) === desk) this.#desks.delete(agentId);
    }
  }

  has(agentId: string): boolean {
    return this.#desks.has(agentId);
  }

  /** @param request an `ActionRequest` as proto3 JSON @throws {AxionError} `UNAVAILABLE` without a channel */
  ask(agentId: string, request: unknown, reading: Reading): Promise<ActionOutcome> {
    const desk = this.#desks.get(agentId);
    if (desk === undefined) throw new AxionError('UNAVAILABLE', `agent ${agentId} has no channel open`);
    return desk.ask(ActionRequest.fromJSON(request), reading);
  }
}
