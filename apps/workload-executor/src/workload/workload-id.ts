import { AxionError } from '@axion/core';

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
/** Names under which a driver keeps what it is about to put in place, or has just taken away. */
export const NEXT_SUFFIX = '.axion-next';
export const FORMER_SUFFIX = '.axion-former';

/**
 * A workload id, checked: it becomes the name of files, containers and domains.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with `details.field`
 */
export const parseWorkloadId = (id: unknown): string => {
  const bad = typeof id !== 'string' || !ID.test(id) || id.includes('..') || [NEXT_SUFFIX, FORMER_SUFFIX].some((suffix) => id.endsWith(suffix));
  if (!bad) return id;
  const shown = typeof id === 'string' ? JSON.stringify(id.slice(0, 80)) : 'that is missing';
  throw new AxionError(
    'INVALID_ARGUMENT',
    `id ${shown} is not valid: it takes 1 to 128 letters, digits, "_", "." and "-", beginning with a letter or digit, without ".."`,
    { reason: 'INVALID_WORKLOAD_ID', details: { field: 'id' } },
  );
};
