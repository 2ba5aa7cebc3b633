import type { ActionRequest, AgentFrame, ControlFrame, LogLine } from '@axion/contracts/proto/axion/runner/control_channel';
import { LogSource } from '@axion/contracts/proto/axion/runner/control_channel';
import { ACTION_KINDS, type AgentWord, type AskedAction, type ControlWord, type LoggedLine } from '../channel/action.ts';

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Fields by their names in the outer contract. proto3 has no absent text, number or truth: what is empty was not said. */
const bodyOf = (fields: object, keep: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === '' || value === false || (value === 0 && !keep.has(name)) ? [] : [[snakeCase(name), value]])));

/** Zero replicas are something to ask for. */
const ZEROS: ReadonlySet<string> = new Set(['replicas']);

const askedAction = ({ actionId, timeoutMs, initialCredit, traceparent, metadata, action }: ActionRequest): AskedAction => {
  const kind = ACTION_KINDS.find((known) => known === action?.$case);
  const fields = action === undefined ? {} : ((action as unknown as Record<string, object>)[action.$case] ?? {});
  return {
    id: actionId,
    kind,
    body: bodyOf(fields, ZEROS),
    timeoutMs: timeoutMs > 0 ? timeoutMs : undefined,
    credit: initialCredit,
    headers: { ...(traceparent === '' ? {} : { traceparent }), ...(metadata?.requestId ? { 'x-request-id': metadata.requestId } : {}) },
    userId: metadata?.userId || undefined,
  };
};

/** What the control plane said; `undefined`: a frame of a later version. Pure. */
export const heardWord = ({ frame }: ControlFrame): ControlWord | undefined => {
  if (frame?.$case === 'welcome') return { word: 'welcome' };
  if (frame?.$case === 'action') return { word: 'action', action: askedAction(frame.action) };
  if (frame?.$case === 'credit') return { word: 'credit', id: frame.credit.actionId, chunks: frame.credit.chunks };
  if (frame?.$case === 'cancel') return { word: 'cancel', id: frame.cancel.actionId };
  return frame?.$case === 'ping' ? { word: 'ping', nonce: frame.ping.nonce } : undefined;
};

const logLine = ({ service, stream, at, text }: LoggedLine): LogLine => ({
  serviceName: service,
  taskId: '',
  source: stream === 'stderr' ? LogSource.STDERR : LogSource.STDOUT,
  // Microseconds: the engine's stamp has nine digits, a Date three.
  timestamp: (Date.parse(at) || 0) * 1000 + Number(/\.\d{3}(\d{3})/.exec(at)?.[1] ?? 0),
  text: Buffer.from(text),
});

/** A word of the agent as a frame. Pure. */
export const agentFrame = (said: AgentWord): AgentFrame => {
  if (said.word === 'accepted') return { frame: { $case: 'accepted', accepted: { actionId: said.id } } };
  if (said.word === 'pong') return { frame: { $case: 'pong', pong: { nonce: said.nonce } } };
  if (said.word === 'part') {
    const { lines, dropped } = said.part;
    return { frame: { $case: 'chunk', chunk: { actionId: said.id, sequence: said.sequence, chunk: { $case: 'logs', logs: { lines: lines.map(logLine), dropped } } } } };
  }
  if (said.word === 'end') return { frame: { $case: 'end', end: { actionId: said.id, result: { $case: 'answer', answer: { json: said.answer === undefined ? '' : JSON.stringify(said.answer) } } } } };
  const { code, message, retryable, reason = '', details } = said.error;
  const error = { code: reason === '' ? code : reason, message, details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)])) };
  return { frame: { $case: 'end', end: { actionId: said.id, result: { $case: 'failure', failure: { code, error, retryable } } } } };
};
