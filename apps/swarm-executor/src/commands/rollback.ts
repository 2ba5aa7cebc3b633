import { asAxionError, AxionError } from '@axion/core';
import { isBusTrouble } from '@axion/bus';
import type { CommandRun } from '@axion/bus';
import { payloadOf } from '@axion/contracts';
import type { Outcome } from '@axion/contracts';
import { failureText, planReport } from '@axion/swarm-stack';
import { bringUpProject } from '../deployment/bring-up-project.ts';
import { counted, deploymentPayload, errorDetails, failureDetails, serviceCounts } from '../deployment/payloads.ts';
import { Progress } from '../deployment/progress.ts';
import type { Workshop } from '../deployment/workshop.ts';
import { stateBefore } from '../revisions/project-store.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { readRevision } from '../revisions/read-revision.ts';

/** `Rollback`: brings the project to a kept revision, files, variables and images of then. */
export const rollback = async (workshop: Workshop, run: CommandRun): Promise<Outcome> => {
  const { projects, revisions, settings, clock } = workshop;
  const { project_id: projectId, target_deployment_id: asked } = payloadOf('Rollback', run.command);
  let deploymentId = asked ?? '';
  let record: ProjectRecord | undefined;
  const leaveAsItWas = async (): Promise<void> => {
    if (record === undefined) return;
    const { deploying: _, ...before } = record;
    run.lease.assertHeld();
    await projects.put({ ...before, state: record.deployment_id === undefined ? 'failed' : stateBefore(record) === 'stopped' ? 'stopped' : 'deployed' });
  };
  const ids = (): { projectId: string; deploymentId: string } => ({ projectId, deploymentId });
  const progress = new Progress((payload) => run.emit('DeployProgress', payload), clock);
  try {
    record = await projects.get(projectId);
    const begun = record?.deploying?.command_id === run.command.commandId ? record.deploying : undefined;
    const was = stateBefore(record);
    const startedAt = begun?.started_at ?? new Date(clock.now()).toISOString();
    deploymentId = begun?.deployment_id ?? asked ?? before(projectId, was === 'stopped' ? undefined : record?.deployment_id, (await revisions.of(projectId)).map(({ deployment_ids }) => deployment_ids));
    await run.emit('RollbackStarted', deploymentPayload(ids(), 'Started', `going back to deployment ${deploymentId}`), 'rollback-started');
    const { input, wanted, revision } = await readRevision(workshop, projectId, deploymentId);
    const brought = await bringUpProject(workshop, {
      engine: workshop.engine,
      input,
      wanted,
      keep: await revisions.neededBeside(projectId, revision.stack_hash),
      startedAt: Date.parse(startedAt),
      timeoutMs: settings.timeoutMs,
      offSlot: (work) => run.offSlot(work),
      onPlan: async (steps) => {
        run.lease.assertHeld();
        await projects.put({ ...record, project_id: projectId, state: 'deploying', deploying: { command_id: run.command.commandId, deployment_id: deploymentId, started_at: startedAt, existed: true, ...(was === undefined ? {} : { state_before: was }) } });
        progress.offer(deploymentPayload(ids(), 'Progressing', counted(steps.length, 'change', 'changes'), { plan: planReport(steps) }));
      },
      onProgress: (services, note) => progress.offer(deploymentPayload(ids(), 'Progressing', note ?? 'waiting for the services', { services: serviceCounts(services) })),
      signal: AbortSignal.any([run.handBack, run.cancelled]),
    });
    await progress.close();
    const services = { services: serviceCounts(brought.services), plan: planReport(brought.steps) };
    if (brought.failure !== undefined) await leaveAsItWas();
    if (brought.failure !== undefined) return { ok: false, payload: deploymentPayload(ids(), 'Failed', failureText(brought.failure), { ...failureDetails(brought.failure), ...services }) };
    run.lease.assertHeld();
    await projects.put({ project_id: projectId, state: 'deployed', deployment_id: deploymentId, self_heal: wanted.axion.selfHeal });
    return { ok: true, payload: deploymentPayload(ids(), 'Completed', `deployment ${deploymentId} runs again`, services) };
  } catch (error) {
    await progress.close();
    run.handBack.throwIfAborted();
    // The bus being away is no outcome: the command is executed again.
    if (isBusTrouble(error)) throw error;
    await leaveAsItWas();
    const known = asAxionError(error);
    return { ok: false, payload: deploymentPayload(ids(), 'Failed', known.message, errorDetails(known.toJSON())) };
  }
};

/** The last good deployment before the one in force; the newest when none is. */
const before = (projectId: string, current: string | undefined, revisions: readonly (readonly string[])[]): string => {
  const at = current === undefined ? -1 : revisions.findIndex((ids) => ids.includes(current));
  const target = revisions[at + 1]?.at(-1);
  if (target !== undefined) return target;
  throw new AxionError('FAILED_PRECONDITION', `project ${projectId} has no revision before ${current ?? 'the present one'} to go back to`, { reason: 'NO_EARLIER_REVISION', retryable: false });
};
