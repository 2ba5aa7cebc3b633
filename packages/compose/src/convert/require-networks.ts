import { ComposeError } from '../errors.ts';

/**
 * Checks that external networks exist for the whole swarm.
 * @throws ComposeError for the first that does not.
 */
export const requireNetworks = (external: readonly string[], existing: ReadonlyMap<string, string>): void => {
  for (const name of external) {
    const scope = existing.get(name);
    if (scope === undefined) {
      throw new ComposeError('EXTERNAL', `network "${name}" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed`);
    }
    if (scope !== 'swarm') throw new ComposeError('EXTERNAL', `network "${name}" is declared as external, but it is not in the right scope: "${scope}" instead of "swarm"`);
  }
};
