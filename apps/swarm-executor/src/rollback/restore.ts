import { asAxionError, stackName } from '@axion/core';
import type { ErrorReport } from '@axion/core';
import { isBusTrouble } from '@axion/bus';
import type { CommandRun } from '@axion/bus';
import type { Engine } from '@axion/docker-engine';
import { failureText, isWrite, planReport, removeStack, whileEngineAway } from '@axion/swarm-stack';
import type { Step } from '@axion/swarm-stack';
import { bringUpProject } from '../deployment/bring-up-project.ts';
import { deploymentPayload, serviceCounts } from '../deployment/payloads.ts';
import type { Workshop } from '../deployment/workshop.ts';
import { readRevision } from '../revisions/read-revision.ts';

/** What became of a failed deployment, as it stands in `details.rollback`. */
export type Restored =
  | { readonly outcome: 'restored'; readonly deployment_id: string; readonly changes: readonly unknown[]; readonly services: readonly unknown[] }
  | { readonly outcome: 'removed'; readonly services: readonly string[] }
  | { readonly outcome: 'left'; readonly why: string }
  | { readonly outcome: 'failed'; readonly deployment_id?: string; readonly error: ErrorReport };

export interface RestoreOptions {
  readonly engine: Engine;
  readonly projectId: string;
  /** The deployment to go back to; absent: there was none, and the stack is removed. */
  readonly to: string | undefined;
  /** When it began, milliseconds since 1970; also when it is continued after a crash. */
  readonly startedAt: number;
  readonly keep: ReadonlySet<string>;
  readonly scaled?: Readonly<Record<string, number>>;
  readonly run: Pick<CommandRun, 'emit' | 'offSlot' | 'handBack'>;
}

/** Puts the whole revision before back (services, configs, secrets, variables, images), or removes a first deployment. Never throws but to hand back. */
export const restore = async (workshop: Workshop, options: RestoreOptions): Promise<Restored> => {
  const { run, to, projectId } = options;
  const ids = { projectId, deploymentId: to ?? '' };
  await run.emit('RollbackStarted', deploymentPayload(ids, 'Started', to === undefined ? 'removing the failed first deployment' : `going back to deployment ${to}`), 'rollback-started');
  const began = workshop.clock.monotonic();
  workshop.log.info({ project: projectId, to }, 'rollback begins');
  const restored = await attempt(workshop, options);
  const ok = restored.outcome !== 'failed';
  const message = restored.outcome === 'restored' ? `deployment ${to} runs again` : restored.outcome === 'removed' ? 'the failed first deployment is removed' : restored.outcome === 'failed' ? restored.error.message : restored.why;
  const seconds = Math.round(workshop.clock.monotonic() - began) / 1000;
  workshop.log.info({ project: projectId, to, outcome: restored.outcome, seconds, ...(ok ? {} : { error: message }) }, ok ? 'rollback ended' : 'rollback failed');
  await run.emit(ok ? 'RollbackCompleted' : 'RollbackFailed', deploymentPayload(ids, ok ? 'Completed' : 'Failed', message, { rollback: restored }), 'rollback-ended');
  return restored;
};

const attempt = async (workshop: Workshop, { engine, projectId, to, startedAt, keep, scaled, run }: RestoreOptions): Promise<Restored> => {
  const { clock, settings, watch } = workshop;
  try {
    if (to === undefined) {
      const wake = watch.of(stackName(projectId));
      try {
        const until = clock.monotonic() + Math.max(0, startedAt + settings.timeoutMs - clock.now());
        const remove = (heard: Engine) => removeStack(heard, stackName(projectId), wake, clock, until, run.handBack);
        const removed = await run.offSlot(() => whileEngineAway(engine, remove, { clock, offSlot: (work) => work(), until, signal: run.handBack }));
        return { outcome: 'removed', services: removed.services };
      } finally {
        wake.stop();
      }
    }
    const { input, wanted } = await readRevision(workshop, projectId, to, scaled);
    let steps: readonly Step[] = [];
    const brought = await bringUpProject(workshop, {
      engine,
      input,
      wanted,
      keep,
      startedAt,
      timeoutMs: settings.timeoutMs,
      offSlot: (work) => run.offSlot(work),
      onPlan: async (planned) => void (steps = planned),
      onProgress: () => undefined,
      signal: run.handBack,
    });
    if (brought.failure !== undefined) return { outcome: 'failed', deployment_id: to, error: { code: 'ABORTED', message: failureText(brought.failure), retryable: false, reason: brought.failure.reason } };
    return { outcome: 'restored', deployment_id: to, changes: planReport(steps.filter(isWrite)), services: serviceCounts(brought.services) };
  } catch (error) {
    run.handBack.throwIfAborted();
    if (isBusTrouble(error)) throw error;
    return { outcome: 'failed', ...(to === undefined ? {} : { deployment_id: to }), error: asAxionError(error).toJSON() };
  }
};
