import { AxionError } from '@axion/core';

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 5;

/**
 * An error as the log shows it: name, message, code, safe details, stack and causes. Other properties stay out: library
 * errors carry whole requests, with passwords in them.
 */
export const errorFields = (thrown: unknown, depth = 0): Readonly<Record<string, unknown>> => {
  if (!(thrown instanceof Error)) return { message: typeof thrown === 'string' ? thrown : 'something that is no error was thrown' };
  const code = 'code' in thrown && (typeof thrown.code === 'string' || typeof thrown.code === 'number') ? { code: thrown.code } : {};
  const report = thrown instanceof AxionError ? thrown.toJSON() : { ...code, message: thrown.message };
  return {
    name: thrown.name,
    ...report,
    stack: thrown.stack,
    ...(thrown.cause === undefined || depth === MAX_CAUSES ? {} : { cause: errorFields(thrown.cause, depth + 1) }),
  };
};
