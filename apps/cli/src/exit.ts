import { CommanderError } from 'commander';
import { ComposeError } from '@axion/compose';
import { configProblems, isConfigError } from '@axion/config';
import { asAxionError } from '@axion/core';
import type { AxionError } from '@axion/core';
import { EXIT_CONFIG } from './supervise/child.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The lines that say what went wrong; a configuration is told all that is wrong with it at once. */
const linesOf = (error: AxionError): readonly string[] => (error instanceof ComposeError ? [error.describe()] : configProblems(error));

const isUsage = (error: AxionError): boolean => error.code === 'INVALID_ARGUMENT' && error.reason !== 'REFUSED_BY_ENGINE' && !(error instanceof ComposeError);

/**
 * Says why a command failed, on standard error, and sets the exit code: 1 failed, 2 usage, 78 configuration. What a file asks
 * for and the engine refuses is a failure, not usage, as with Docker's client. Commander has printed its own errors
 * already; asking for help or the version is no failure.
 */
export const endWith = (thrown: unknown, json: boolean): void => {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? 0 : EXIT_USAGE;
    return;
  }
  const error = asAxionError(thrown);
  if (error.code === 'CANCELLED') {
    process.exitCode = 130;
    return;
  }
  process.stderr.write(json ? `${JSON.stringify({ error })}\n` : linesOf(error).map((line) => `axion: ${line}\n`).join(''));
  process.exitCode = isConfigError(thrown) ? EXIT_CONFIG : isUsage(error) ? EXIT_USAGE : EXIT_FAILED;
};
