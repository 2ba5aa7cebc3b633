import type { TappedMessage } from '@axion/bus';

/** Fields whose values may be secret. Their keys are shown, their values never. */
const HIDDEN = new Set(['env_vars', 'registry_auth', 'docker_stack_yml', 'password', 'token', 'join_token']);

const redacted = (key: string, value: unknown): unknown => {
  if (!HIDDEN.has(key) || value === undefined) return value;
  if (typeof value === 'string') return `[${value.length} characters]`;
  return `[${Object.keys(value as object).join(', ')}]`;
};

/** A message of the bus as text, without what may be secret. What is not JSON is shown by its size. */
export const describeMessage = (message: TappedMessage): { readonly text: string } => {
  const bytes = `[${message.data.byteLength} bytes]`;
  if (message.data.byteLength === 0) return { text: '' };
  try {
    const json: unknown = JSON.parse(Buffer.from(message.data).toString('utf8'));
    const text = JSON.stringify(json, redacted);
    return { text: text.length > 500 ? `${text.slice(0, 500)}… ${bytes}` : text };
  } catch {
    return { text: bytes };
  }
};
