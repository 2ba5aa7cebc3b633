import type { Config } from '@axion/config';
import pino, { type Logger } from 'pino';
import { errorFields } from './error-fields.ts';
import { openLogOutput } from './log-output.ts';
import { scrubber } from './scrub.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly component: string;
  readonly instance: string;
  readonly config: Config;
}

/** Fields that are never written, whoever logs them. */
const REDACTED = ['token', 'password', 'secret', 'authorization', 'registry_auth', 'env_vars', 'sasl_password'];

/** The log of a component on standard output and, if configured, in a file; as JSON lines or as text for people. */
export const openLog = async ({ component, instance, config }: LogOptions): Promise<Logger> => {
  const output = await openLogOutput(config.logging, { component, instance }, scrubber(config));
  return pino(
    {
      level: config.logging.level,
      base: { component, instance, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields, error: errorFields },
      redact: { paths: REDACTED.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    output,
  );
};
