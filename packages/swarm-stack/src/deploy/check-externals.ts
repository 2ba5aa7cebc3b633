import type { StackSpec } from '@axion/compose';
import { AxionError } from '@axion/core';
import type { ObservedStack } from '../observe/observed-stack.ts';

/** Networks that every engine has or resolves by itself. */
const PREDEFINED = /^(?:host|bridge|none|default|nat|container:.*)$/;

/**
 * What the file calls external must be there, before anything is created.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` naming what to create
 */
export const checkExternals = (wanted: StackSpec, found: ObservedStack): void => {
  const refuse = (message: string): never => {
    throw new AxionError('FAILED_PRECONDITION', message, { reason: 'EXTERNAL_MISSING', retryable: false });
  };
  for (const name of wanted.external.networks.filter((network) => !PREDEFINED.test(network))) {
    const scope = found.networkScopes.get(name);
    if (scope === undefined) refuse(`network "${name}" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed`);
    if (scope !== 'swarm') refuse(`network "${name}" is declared as external, but it is not in the right scope: "${scope}" instead of "swarm"`);
  }
  for (const name of wanted.external.secrets) if (!found.ids.secrets.has(name)) refuse(`secret not found: ${name}; it is declared as external, so create it first`);
  for (const name of wanted.external.configs) if (!found.ids.configs.has(name)) refuse(`config not found: ${name}; it is declared as external, so create it first`);
};
