import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AgentEvent, StoredCommand } from '@axion/contracts';

/**
 * Header of a stored command, and of the events that carry its headers on: a digest of what it asks for. It tells a second
 * delivery of a command from another command under the same id.
 */
export const DIGEST_HEADER = 'x-axion-digest';

/** The command with its digest: over type and payload, not over what a producer changes when it sends again. */
export const withDigest = (command: StoredCommand): StoredCommand => {
  const digest = hash('sha256', canonicalize([command.type, command.payload]) ?? '', 'base64url');
  return { ...command, headers: { ...command.headers, [DIGEST_HEADER]: digest } };
};

/** Whether both ask for the same. What has no digest (an older agent stored it) is taken at its word. */
export const asksTheSame = (command: StoredCommand, first: Pick<StoredCommand | AgentEvent, 'headers'>): boolean => {
  const digest = first.headers[DIGEST_HEADER];
  return digest === undefined || digest === command.headers[DIGEST_HEADER];
};
