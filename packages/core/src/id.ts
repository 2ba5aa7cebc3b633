import { hash, randomUUID } from 'node:crypto';
import { AxionError } from './error.ts';

/** A fresh random id (UUID v4). */
export const newId = (): string => randomUUID();

/**
 * An id that the same parts always give (a SHA-256 laid out as a UUID v8, RFC 9562 §5.8). A process that was killed and
 * does its step again derives the same id again, so the bus and Kafka's readers can tell a repetition from a new fact.
 */
export const derivedId = (...parts: readonly [string, ...string[]]): string => {
  const bytes = hash('sha256', parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

const PROJECT_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * A project id as the agent uses it everywhere: case folded, then refused unless it matches `^[a-z0-9][a-z0-9_-]{0,62}$`.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`
 */
export const parseProjectId = (text: string): string => {
  const folded = text.toLowerCase();
  if (!PROJECT_ID.test(folded)) {
    throw new AxionError(
      'INVALID_ARGUMENT',
      `project_id ${JSON.stringify(text.slice(0, 80))} is not valid: it takes 1 to 63 letters, digits, "_" and "-", beginning with a letter or digit`,
      { reason: 'INVALID_PROJECT_ID' },
    );
  }
  return folded;
};

/** The Swarm stack that a project is deployed as. */
export const stackName = (projectId: string): string => `axion-${projectId}`;
