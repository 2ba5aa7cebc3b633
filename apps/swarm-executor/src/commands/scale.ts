import { AxionError, stackName } from '@axion/core';
import { payloadOf } from '@axion/contracts';
import { convergeStack, failureText } from '@axion/swarm-stack';
import { serviceCounts } from '../deployment/payloads.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
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
  const now = mode.Replicated.Replicas ?? 1;
  const key = service.name.slice(stackName(projectId).length + 1);
  const record = await projects.get(projectId);
  const resumed = record?.scale?.command_id === run.command.commandId ? record.scale : undefined;
  const begun = resumed ?? { command_id: run.command.commandId, started_at: new Date(began).toISOString(), from: now };
  const note = async (more: Partial<ProjectRecord>): Promise<void> => {
    if (record === undefined) return;
    run.lease.assertHeld();
    await projects.put({ ...record, scale: begun, ...more });
  };
  // Before the change: whoever continues after it finds the new count on the engine.
  if (resumed === undefined) await note({});
  if (now !== replicas) {
    await changeService(engine, service, ({ spec }) => ({ ...spec, Mode: { Replicated: { Replicas: replicas } } }), run.handBack);
  }
  if (record?.scaled?.[key] !== replicas) await note({ scaled: { ...record?.scaled, [key]: replicas } });
  const from = begun.from ?? now;
  const startedAt = Date.parse(begun.started_at);
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
        goesOn: true,
        startedAt,
        deadline: clock.monotonic() + Math.max(0, startedAt + settings.timeoutMs - clock.now()),
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
