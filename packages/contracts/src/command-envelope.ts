import * as v from 'valibot';
import { AxionError } from '@axion/core';
import { COMMAND_TYPES } from './command-type.ts';
import type { CommandType } from './command-type.ts';
import { PAYLOADS } from './command-payload.ts';
import { routeOf } from './command-route.ts';
import type { StoredCommand } from './stored-command.ts';

/** The largest message taken from the commands topic, bytes. */
export const MAX_COMMAND_BYTES = 1024 * 1024;

const timestamp = v.pipe(v.string(), v.check((text) => !Number.isNaN(Date.parse(text)), 'is not an RFC 3339 time'));
const optional = <T extends v.GenericSchema>(schema: T) => v.nullish(schema);

const envelope = v.object({
  command_id: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/, 'takes 1 to 200 printable ASCII characters without spaces')),
  command_type: v.string(),
  payload: optional(v.unknown()),
  correlation_id: optional(v.string()),
  causation_id: optional(v.string()),
  timestamp,
  metadata: optional(
    v.object({ user_id: optional(v.string()), project_id: optional(v.string()), retry_attempt: optional(v.pipe(v.number(), v.integer(), v.minValue(0))) }),
  ),
  expires_at: optional(timestamp),
  signature: optional(v.string()),
});

/** Headers of the outer contract that are carried from a command to its events. */
export type CommandHeaders = Readonly<Record<string, string>>;

const refuse = (reason: string, message: string, details: Record<string, string> = {}): AxionError =>
  new AxionError('INVALID_ARGUMENT', message, { reason, details });

const issueText = (issues: readonly v.BaseIssue<unknown>[], root: string): string =>
  issues
    .slice(0, 3)
    .map((issue) => {
      const path = (issue.path ?? []).map((item) => String(item.key)).join('.');
      const where = [root, path].filter(Boolean).join('.');
      // A key that an object lacks is reported at the object's own type.
      if (issue.received === 'undefined') return `${where} is missing`;
      if (where === '') return 'the message is not a JSON object';
      if (issue.type === 'non_empty') return `${where} is empty`;
      return `${where}: ${issue.message.replace(/ but received .*$/s, '')}`;
    })
    .join('; ');

/** The payload object from its three forms: a JSON object, a base64 string or an array of byte values of the object's JSON. */
const payloadObject = (payload: unknown): unknown => {
  if (payload === undefined || payload === null) return {};
  const bytes =
    typeof payload === 'string'
      ? Buffer.from(payload, 'base64')
      : Array.isArray(payload) && payload.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)
        ? Buffer.from(payload as number[])
        : undefined;
  if (bytes === undefined) return payload;
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw refuse('PAYLOAD_NOT_JSON', 'payload: its bytes are not the UTF-8 JSON of an object', { cause: (error as Error).name });
  }
};

/**
 * Reads one message of the commands topic into the form in which it is stored on the bus.
 *
 * @param bytes the message's value; UTF-8 JSON, at most `MAX_COMMAND_BYTES`
 * @throws {AxionError} `INVALID_ARGUMENT` with reason `TOO_LARGE`, `NOT_JSON`, `INVALID_ENVELOPE`, `UNKNOWN_TYPE`,
 * `PAYLOAD_NOT_JSON` or `INVALID_PAYLOAD`; the message names the field and what it takes, never its value
 */
export const parseCommand = (bytes: Uint8Array, headers: CommandHeaders = {}): StoredCommand => {
  if (bytes.byteLength > MAX_COMMAND_BYTES) {
    throw refuse('TOO_LARGE', `the message has ${bytes.byteLength} bytes; at most ${MAX_COMMAND_BYTES} are taken`);
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse('NOT_JSON', 'the message is not UTF-8 JSON');
  }
  const outer = v.safeParse(envelope, json);
  if (!outer.success) throw refuse('INVALID_ENVELOPE', issueText(outer.issues, ''));
  const { output } = outer;
  const type = COMMAND_TYPES.find((known) => known === output.command_type);
  if (type === undefined) {
    throw refuse('UNKNOWN_TYPE', `command_type ${JSON.stringify(output.command_type.slice(0, 60))} is not known; known are ${COMMAND_TYPES.join(', ')}`);
  }
  const payload = parsePayload(type, payloadObject(output.payload));
  return {
    commandId: output.command_id,
    type,
    ...routeOf(type, payload),
    payload,
    correlationId: output.correlation_id ?? headers['x-correlation-id'] ?? output.command_id,
    ...(output.causation_id ? { causationId: output.causation_id } : {}),
    timestamp: new Date(output.timestamp).toISOString(),
    ...(output.expires_at ? { expiresAt: new Date(output.expires_at).toISOString() } : {}),
    ...(output.metadata?.user_id ? { userId: output.metadata.user_id } : {}),
    retryAttempt: output.metadata?.retry_attempt ?? 0,
    headers,
  };
};

/**
 * The payload of `type`, validated, defaults filled in.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`, reason `INVALID_PAYLOAD`
 */
export const parsePayload = (type: CommandType, payload: unknown): Record<string, unknown> => {
  const inner = v.safeParse(PAYLOADS[type], payload);
  if (!inner.success) throw refuse('INVALID_PAYLOAD', issueText(inner.issues, 'payload'));
  return inner.output;
};
