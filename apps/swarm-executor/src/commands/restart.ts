import { AxionError, Lanes, stackName } from '@axion/core';
import { payloadOf } from '@axion/contracts';
import { convergeStack } from '../converge/converge-stack.ts';
import { failureText, serviceCounts } from '../deployment/payloads.ts';
import { standingStack } from '../status/standing-stack.ts';
import { changeService } from './change-service.ts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';
import { findService, projectServices } from './find-service.ts';

const SIDE_BY_SIDE = 8;

/** `Restart`: new tasks for one service or all of a project, under each service's own update rules. */
export const restart: Handler = async ({ engine, clock, settings, watch }, run) => {
  const { project_id: projectId, service_name: name } = payloadOf('Restart', run.command);
  const services = name === undefined ? await projectServices(engine, projectId, run.handBack) : [await findService(engine, projectId, name, run.handBack)];
  const startedAt = clock.now();
  const lanes = new Lanes(SIDE_BY_SIDE);
  await Promise.all(
    services.map((service) =>
      lanes.run(service.id, () =>
        changeService(engine, service, ({ spec }) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: (spec.TaskTemplate.ForceUpdate ?? 0) + 1 } }), run.handBack),
      ),
    ),
  );
  const keys = services.map((service) => service.name.slice(stackName(projectId).length + 1)).sort();
  const wake = watch.of(stackName(projectId));
  try {
    const { services: counts, failure } = await run.offSlot(async () =>
      convergeStack({
        engine,
        wake,
        wanted: await standingStack(engine, projectId, keys, run.handBack),
        waiting: [],
        apply: async () => undefined,
        imageProblems: new Map(),
        startedAt,
        deadline: clock.monotonic() + settings.timeoutMs,
        timeoutMs: settings.timeoutMs,
        clock,
        onProgress: () => undefined,
        signal: AbortSignal.any([run.handBack, run.cancelled]),
      }),
    );
    if (failure !== undefined) throw new AxionError('ABORTED', `restarted, but ${failureText(failure)}`, { reason: failure.reason, retryable: false });
    return done({ project_id: projectId, message: `restarted ${keys.join(', ')}`, services: serviceCounts(counts) });
  } finally {
    wake.stop();
  }
};
