import { openEngine } from '@axion/docker-engine';
import type { Engine } from '@axion/docker-engine';
import type { CommandContext } from '../commands/context.ts';

/** The engine that stack commands talk to, closed when its owner is done: `[docker].host`, which is `$DOCKER_HOST` unless configured. */
export const openStackEngine = (context: CommandContext): Engine & AsyncDisposable => {
  const { docker } = context.config().config;
  const engine = openEngine({ host: docker.host, deadlineMs: docker.operation_timeout * 1000 });
  return { ...engine, [Symbol.asyncDispose]: async () => engine.close() };
};
