import { randomBytes } from 'node:crypto';

/** The id that every server and object of one test run carries, so that what is left over can be told apart and removed. */
export const sessionId = (): string => process.env['AXION_TEST_SESSION'] ?? 'local';

/** A name nothing else has, fit for Docker objects, topics, subjects and files: `PREFIX-SESSION-RANDOM`, lower case. */
export const uniqueName = (prefix: string): string => `${prefix}-${sessionId()}-${randomBytes(4).toString('hex')}`;
