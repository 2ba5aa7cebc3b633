import { AxionError, Lanes, stackName } from '@axion/core';
import { payloadOf } from '@axion/contracts';
import type { Engine, Service } from '@axion/docker-engine';
import { convergeStack, failureText } from '@axion/swarm-stack';
import { serviceCounts } from '../deployment/payloads.ts';
import { restartMark } from '../deployment/restart-mark.ts';
import { standingStack } from '../status/standing-stack.ts';
import { changeService } from './change-service.ts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';
import { findService, projectServices } from './find-service.ts';

const SIDE_BY_SIDE = 8;

/** Gives services new tasks, once for each command, however often it is executed. */
export const restartOnce = async (engine: Pick<Engine, 'services'>, services: readonly Service[], commandId: string, signal: AbortSignal): Promise<void> => {
  const mark = restartMark(commandId);
  const lanes = new Lanes(SIDE_BY_SIDE);
  const waiting = services.filter(({ spec }) => spec.TaskTemplate.ForceUpdate !== mark);
  await Promise.all(waiting.map((service) => lanes.run(service.id, () => changeService(engine, service, ({ spec }) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: mark } }), signal))));
};

/** `Restart`: new tasks for one service or all of a project, under each service's own update rules. */
export const restart: Handler = async ({ engine, clock, settings, watch }, run) => {
  const { project_id: projectId, service_name: name } = payloadOf('Restart', run.command);
  const services = name === undefined ? await projectServices(engine, projectId, run.handBack) : [await findService(engine, projectId, name, run.handBack)];
  const startedAt = clock.now();
  await restartOnce(engine, services, run.command.commandId, run.handBack);
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
        goesOn: true,
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
