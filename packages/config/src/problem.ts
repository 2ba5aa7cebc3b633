import { AxionError } from '@axion/core';
import { withoutUserinfo } from './url.ts';

const SECRET_NAME = /token|secret|passw|credential|private|(^|_)key$/i;
const MAX_SHOWN = 80;

/** Whether a key that the schema does not know is named like a secret, so that its value must not be printed. */
export const soundsSecret = (name: string): boolean => SECRET_NAME.test(name);

/** A value as an error may show it: short, without passwords in URLs. */
export const shown = (value: unknown): string => {
  const text = withoutUserinfo(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
};

/** The one error of a configuration that cannot be used, with all its problems in `details`; whoever runs the process exits with 78 on it. */
export const configError = (problems: readonly [string, ...string[]], cause?: unknown): AxionError =>
  new AxionError('INVALID_ARGUMENT', problems.length === 1 ? problems[0] : `${problems[0]} (and ${problems.length - 1} more; see "axion config check")`, {
    reason: 'CONFIG',
    details: { problems },
    ...(cause === undefined ? {} : { cause }),
  });

/** Every problem that an error tells of: of one about the configuration all, of another its message. */
export const configProblems = ({ details, message }: AxionError): readonly string[] => (Array.isArray(details['problems']) ? details['problems'].map(String) : [message]);

/** Whether an error means that the configuration must be changed. */
export const isConfigError = (error: unknown): error is AxionError => error instanceof AxionError && error.reason === 'CONFIG';
