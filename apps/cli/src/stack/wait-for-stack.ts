import { AxionError, systemClock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { convergeStack, EngineWatch, failureText } from '@axion/swarm-stack';
import type { DeployedStack } from './deploy-stack.ts';
import type { StackReport } from './stack-report.ts';

/** Nobody asks this process how it is. */
const NO_HEALTH = { healthy: (): void => undefined, unhealthy: (): void => undefined };

/**
 * Waits for all services of a stack at once, judging them as the executor does, for as long as it takes.
 *
 * @throws {AxionError} `ABORTED` with the first real reason when a service fails for good
 */
export const waitForStack = async (engine: Engine, { wanted, startedAt }: DeployedStack, report: StackReport, signal: AbortSignal): Promise<void> => {
  const watch = new EngineWatch(engine.events, NO_HEALTH);
  const wake = watch.of(wanted.namespace);
  await watch.start();
  let shown = '';
  try {
    const { failure } = await convergeStack({
      engine,
      wake,
      wanted,
      waiting: [],
      apply: async () => undefined,
      imageProblems: new Map(),
      goesOn: false,
      startedAt,
      deadline: Infinity,
      timeoutMs: Infinity,
      clock: systemClock,
      onProgress: (services, note) => {
        const waiting = services.flatMap(({ key, verdict }) => (verdict.state === 'waiting' ? [verdict.missing] : verdict.state === 'monitoring' ? [`${key}: running, not for long enough yet`] : []));
        const text = note ?? waiting.join(', ');
        if (text !== shown && text !== '') report.done(`waiting for ${text}`);
        shown = text;
      },
      signal,
    });
    if (failure !== undefined) throw new AxionError('ABORTED', failureText(failure), { reason: failure.reason, retryable: false });
  } finally {
    wake.stop();
    await watch.stop();
  }
};
