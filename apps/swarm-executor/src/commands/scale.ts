import { AxionError, stackName } from '@axion/core';
import { payloadOf } from '@axion/contracts';
import { convergeStack, failureText } from '@axion/swarm-stack';
import { serviceCounts } from '../deployment/payloads.ts';
import { projectStatus } from '../status/project-status.ts';
import { standingStack } from '../status/standing-stack.ts';
import { changeService } from './change-service.ts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';
import { findService } from './find-service.ts';

/** `Scale`: sets the replicas of one service and waits until they run. */
export const scale: Handler = async (workshop, run) => {
  const { engine, projects, clock, settings, watch } = workshop;
  const { project_id: projectId, service_name: name, replicas } = payloadOf('Scale', run.command);
  const began = clock.now();
  const service = await findService(engine, projectId, name, run.handBack);
  const mode = service.spec.Mode;
  if (mode.Replicated === undefined) {
    throw new AxionError('FAILED_PRECONDITION', `service ${name} runs once on each node or as a job; only replicated services can be scaled`, { reason: 'NOT_REPLICATED', retryable: false });
  }
  const from = mode.Replicated.Replicas ?? 1;
  const key = service.name.slice(stackName(projectId).length + 1);
  if (from !== replicas) {
    await changeService(engine, service, ({ spec }) => ({ ...spec, Mode: { Replicated: { Replicas: replicas } } }), run.handBack);
  }
  // Also where the engine has it already: an execution that was killed may have come just so far.
  const record = await projects.get(projectId);
  const begun = record?.scale?.command_id === run.command.commandId ? record.scale : { command_id: run.command.commandId, started_at: new Date(began).toISOString() };
  if (record !== undefined && (record.scaled?.[key] !== replicas || record.scale !== begun)) {
    run.lease.assertHeld();
    await projects.put({ ...record, scaled: { ...record.scaled, [key]: replicas }, scale: begun });
  }
  const wake = watch.of(stackName(projectId));
  try {
    const { services, failure } = await run.offSlot(async () =>
      convergeStack({
        engine,
        wake,
        wanted: await standingStack(engine, projectId, [key], run.handBack),
        waiting: [],
        apply: async () => undefined,
        imageProblems: new Map(),
        startedAt: Date.parse(begun.started_at),
        deadline: clock.monotonic() + settings.timeoutMs,
        timeoutMs: settings.timeoutMs,
        clock,
        onProgress: () => undefined,
        signal: AbortSignal.any([run.handBack, run.cancelled]),
      }),
    );
    if (failure !== undefined) throw new AxionError('ABORTED', `service ${name} was scaled from ${from} to ${replicas}, but ${failureText(failure)}`, { reason: failure.reason, retryable: false });
    return done({ project_id: projectId, message: `service ${key} scaled from ${from} to ${replicas}`, scaled: serviceCounts(services), status: await projectStatus(workshop, projectId, run.handBack) });
  } finally {
    wake.stop();
  }
};
