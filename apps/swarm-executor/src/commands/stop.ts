import { stackName } from '@axion/core';
import { payloadOf } from '@axion/contracts';
import { removeStack } from '@axion/swarm-stack';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';

/** `Stop`: removes the stack and returns when everything is gone. Named volumes and stored revisions stay. */
export const stop: Handler = async ({ engine, projects, clock, settings, watch }, run) => {
  const { project_id: projectId } = payloadOf('Stop', run.command);
  await engine.swarm.assertManager(run.handBack);
  const wake = watch.of(stackName(projectId));
  try {
    const signal = AbortSignal.any([run.handBack, run.cancelled]);
    const removed = await run.offSlot(() => removeStack(engine, stackName(projectId), wake, clock, clock.monotonic() + settings.timeoutMs, signal));
    const record = await projects.get(projectId);
    if (record !== undefined) {
      const { deploying: _, ...rest } = record;
      run.lease.assertHeld();
      await projects.put({ ...rest, state: 'stopped' });
    }
    return done({ project_id: projectId, message: removed.services.length === 0 ? 'nothing was running' : `${removed.services.length} services are gone`, removed: { ...removed } });
  } finally {
    wake.stop();
  }
};
