import { AxionError, Secret } from '@axion/core';
import { Metadata } from '@grpc/grpc-js';

/** Metadata of a call by lower-case name. A secret value is revealed only on the wire, and cut out of what a server sends back. */
export type CallMetadata = Readonly<Record<string, string | Secret>>;

/** What the agent says of itself with each call. Without an id yet (before enrolment) `x-agent-id` is left out. */
export const agentMetadata = (agent: { readonly token?: Secret | undefined; readonly id?: string | undefined; readonly version: string }): CallMetadata => ({
  ...(agent.token === undefined ? {} : { authorization: new Secret(`Bearer ${agent.token.reveal()}`) }),
  ...(agent.id === undefined || agent.id === '' ? {} : { 'x-agent-id': agent.id }),
  'x-agent-version': agent.version,
});

/**
 * @throws {AxionError} `INVALID_ARGUMENT`, which names the header alone: what gRPC says of a value quotes it
 */
export const toGrpcMetadata = (entries: CallMetadata): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) {
    try {
      metadata.set(name, value instanceof Secret ? value.reveal() : value);
    } catch {
      throw new AxionError('INVALID_ARGUMENT', `the header ${JSON.stringify(name)} of a call cannot be sent: it takes visible ASCII characters in one line, and its value (not shown) has others`, {
        reason: 'INVALID_HEADER',
        details: { header: name },
      });
    }
  }
  return metadata;
};

/** Cuts secrets out of a text that came from outside: a server or proxy may quote the header it dislikes. */
export const redact = (text: string, entries: CallMetadata): string => {
  let clean = text;
  for (const value of Object.values(entries)) {
    if (!(value instanceof Secret)) continue;
    for (const part of [value.reveal(), value.reveal().replace(/^Bearer /, '')]) {
      if (part !== '') clean = clean.replaceAll(part, '[redacted]');
    }
  }
  return clean;
};
