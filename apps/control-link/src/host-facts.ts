import { availableParallelism, freemem, machine, platform, totalmem } from 'node:os';
import type { Actions } from '@axion/bus';
import { AxionError } from '@axion/core';
import type { HostFacts } from './control-plane.ts';

/** The engine's version is worth no delay of the enrolment. */
const ASK_MS = 1500;

/** What swarm-executor answers to `engine`. */
interface EngineAnswer {
  readonly version?: unknown;
}

const engineVersion = async (actions: Actions): Promise<string | undefined> => {
  try {
    const { version } = await actions.request<EngineAnswer>('swarm', 'engine', {}, { timeoutMs: ASK_MS });
    return typeof version === 'string' && version !== '' ? version : undefined;
  } catch (error) {
    if (error instanceof AxionError) return undefined;
    throw error;
  }
};

/** The facts of this host. Only executors reach Docker, so the engine's version is asked for over the bus. */
export const hostFacts = async (actions: Actions): Promise<HostFacts> => ({
  os: platform(),
  architecture: machine(),
  totalMemory: totalmem(),
  availableMemory: freemem(),
  cpuCores: availableParallelism(),
  engineVersion: await engineVersion(actions),
});
