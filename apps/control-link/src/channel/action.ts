import type { AxionError, Secret } from '@axion/core';

/** What a control plane may ask for over the control channel, by the fields of `ActionRequest.action`. */
export const ACTION_KINDS = ['stop', 'restart', 'scale', 'status', 'logs', 'deploy', 'rollback', 'rotateToken', 'drain', 'undrain'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** An immediate request of the control plane. */
export interface AskedAction {
  readonly id: string;
  /** Undefined: one that this agent does not carry out. */
  readonly kind: ActionKind | undefined;
  /** Its fields, in the names of the outer contract; empty ones are left out. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds; undefined: the agent's own limit. */
  readonly timeoutMs: number | undefined;
  /** Chunks that may be sent before more is allowed. */
  readonly credit: number;
  /** Carried on to the events of a command. */
  readonly headers: Readonly<Record<string, string>>;
  readonly userId: string | undefined;
}

/** One line of a log. */
export interface LoggedLine {
  readonly service: string;
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, as the engine stamps it. */
  readonly at: string;
  readonly text: string;
}

/** A part of a stream. */
export interface LogPart {
  readonly lines: readonly LoggedLine[];
  /** Lines that nothing kept while the reader was slow. */
  readonly dropped: number;
}

/** What the control plane says on the channel. */
export type ControlWord =
  | { readonly word: 'welcome' }
  | { readonly word: 'action'; readonly action: AskedAction }
  | { readonly word: 'credit'; readonly id: string; readonly chunks: number }
  | { readonly word: 'cancel'; readonly id: string }
  | { readonly word: 'ping'; readonly nonce: number };

/** What the agent says. Every action ends with exactly one `end`. */
export type AgentWord =
  | { readonly word: 'accepted'; readonly id: string }
  | { readonly word: 'part'; readonly id: string; readonly sequence: number; readonly part: LogPart }
  | { readonly word: 'end'; readonly id: string; readonly answer: unknown }
  | { readonly word: 'failed'; readonly id: string; readonly error: AxionError }
  | { readonly word: 'pong'; readonly nonce: number };

/** One life of the control channel. */
export interface ActionChannel {
  readonly heard: AsyncIterable<ControlWord>;
  /** Resolves when the transport takes more. */
  say(word: AgentWord): Promise<void>;
}

/** What carrying out an action has to do with. */
export interface ActionContext {
  /** Aborted at the deadline (`DEADLINE_EXCEEDED`), when the control plane cancels (`CANCELLED`), and when the channel ends. */
  readonly signal: AbortSignal;
  /** It is on disk and will be carried out. */
  readonly accepted: () => Promise<void>;
  /** Makes a heartbeat with another token. Rejects with what the control plane says to it. */
  readonly heartbeatWith: (token: Secret, signal: AbortSignal) => Promise<void>;
  /** Sends a part of a stream as soon as the reader has room for it. */
  readonly part: (part: LogPart) => Promise<void>;
}

/** Resolves with the answer, as JSON will have it; rejects with what is told. */
export type ActionHandler = (action: AskedAction, context: ActionContext) => Promise<unknown>;
