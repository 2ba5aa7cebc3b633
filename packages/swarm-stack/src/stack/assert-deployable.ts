import type { StackSpec } from '@axion/compose';
import { AxionError } from '@axion/core';
import { dependencyCircle } from '../converge/dependencies.ts';

/**
 * Refuses a stack that can never come up, before anything is touched.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`
 */
export const assertDeployable = ({ services }: StackSpec): void => {
  if (services.length === 0) {
    throw new AxionError('INVALID_ARGUMENT', 'the stack file has no services, so nothing would run; to take a project down, send Stop', { reason: 'NO_SERVICES', retryable: false });
  }
  const circle = dependencyCircle(new Map(services.map(({ key, dependsOn }) => [key, dependsOn])));
  if (circle !== undefined) throw new AxionError('INVALID_ARGUMENT', `depends_on goes in a circle: ${circle.join(' → ')}`, { reason: 'DEPENDENCY_CIRCLE', retryable: false });
};
