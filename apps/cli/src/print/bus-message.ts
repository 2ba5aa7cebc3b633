import type { TappedMessage } from '@axion/bus';

/** Fields whose values may be secret. Their keys are shown, their values never. */
const HIDDEN = new Set(['env_vars', 'registry_auth', 'docker_stack_yml', 'password', 'token', 'join_token']);
const MAX_SHOWN = 400;

const redacted = (key: string, value: unknown): unknown => {
  if (!HIDDEN.has(key) || value === undefined) return value;
  if (typeof value === 'string') return `[${value.length} characters]`;
  return `[${Object.keys(value as object).join(', ')}]`;
};

interface Described {
  readonly text: string;
  /** The message as JSON; nothing where it is none. */
  readonly data?: unknown;
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** What matters of it on one line: a command's type, id and payload, an event's message and the command it is of. */
const essence = (subject: string, data: unknown): string => {
  if (!isObject(data)) return JSON.stringify(data);
  if (subject.startsWith('axion.cmd.')) return `${String(data['type'])} ${String(data['commandId'])} ${JSON.stringify(data['payload'])}`;
  const { body } = data;
  if (!subject.startsWith('axion.evt.') || !isObject(body) || !isObject(body['payload'])) return JSON.stringify(data);
  const { message } = body['payload'];
  return `of ${String(body['causation_id'])}: ${typeof message === 'string' ? message : JSON.stringify(body['payload'])}`;
};

/** A message of the bus without what may be secret. What is not JSON is shown by its size. */
export const describeMessage = ({ subject, data }: Pick<TappedMessage, 'subject' | 'data'>): Described => {
  const bytes = `[${data.byteLength} bytes]`;
  if (data.byteLength === 0) return { text: '' };
  try {
    const safe: unknown = JSON.parse(JSON.stringify(JSON.parse(Buffer.from(data).toString('utf8')), redacted));
    const text = essence(subject, safe);
    return { text: text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… ${bytes}` : text, data: safe };
  } catch {
    return { text: bytes };
  }
};
