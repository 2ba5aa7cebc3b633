import { AxionError } from '@axion/core';

/**
 * A path that the engine takes as it is. It answers one with an empty, `.` or `..` part by a redirect to another address.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`
 */
export const cleanPath = (what: string, path: string): string => {
  const [, ...parts] = decodeURIComponent(path).split('/');
  if (!parts.some((part) => part === '' || part === '.' || part === '..')) return path;
  throw new AxionError('INVALID_ARGUMENT', `cannot ${what}: that is no name the engine can have`, { reason: 'INVALID_NAME', details: { operation: what } });
};
