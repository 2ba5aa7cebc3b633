/** Labels of the agent on every object that it puts on the engine (the outer contract, section 7). */
export const LABELS = {
  namespace: 'com.docker.stack.namespace',
  project: 'dev.axion.project',
  /** The deployment that created the object or changed it last. */
  deployment: 'dev.axion.deployment',
  specHash: 'dev.axion.spec-hash',
  /** A keyed hash of the registry login, so that a changed password is handed to Swarm. */
  login: 'dev.axion.registry-login',
} as const;
