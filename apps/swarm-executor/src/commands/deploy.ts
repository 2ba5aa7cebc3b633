import { asAxionError, AxionError } from '@axion/core';
import { isBusTrouble } from '@axion/bus';
import type { CommandRun } from '@axion/bus';
import { payloadOf } from '@axion/contracts';
import type { DeployPayload, Outcome } from '@axion/contracts';
import { isEngineAway } from '@axion/docker-engine';
import { failureText, LABELS, planReport } from '@axion/swarm-stack';
import type { BroughtUp, PlanLine, TaskFailure } from '@axion/swarm-stack';
import { bringUpProject } from '../deployment/bring-up-project.ts';
import { counted, deploymentPayload, errorDetails, failureDetails, serviceCounts } from '../deployment/payloads.ts';
import { Progress } from '../deployment/progress.ts';
import { restartMark } from '../deployment/restart-mark.ts';
import type { Workshop } from '../deployment/workshop.ts';
import { stateBefore } from '../revisions/project-store.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { restore } from '../rollback/restore.ts';
import type { Restored } from '../rollback/restore.ts';
import { projectFiles } from '../stack/project-files.ts';
import type { StackInput } from '../stack/stack-input.ts';
import { readStack } from '../stack/wanted-stack.ts';
import type { WantedStack } from '../stack/wanted-stack.ts';
import { supersededBy } from './superseded.ts';

type Deploying = NonNullable<ProjectRecord['deploying']>;

/** The input that a command describes. */
export const inputOf = (payload: DeployPayload, commandId: string): StackInput => ({
  projectId: payload.project_id,
  deploymentId: payload.deployment_id ?? commandId,
  file: payload.docker_stack_yml,
  env: payload.env_vars,
  logins: payload.registry_auth,
});

/** `Deploy`: brings the project to the file; what fails is undone as a whole. Ends with `DeployCompleted` or `DeployFailed`. */
export const deploy = async (workshop: Workshop, run: CommandRun): Promise<Outcome> => {
  const payload = payloadOf('Deploy', run.command);
  const input = inputOf(payload, run.command.commandId);
  const newer = await supersededBy(run);
  if (newer !== undefined) {
    // Handed back by an instance that ended, it may have been begun: what it changed is the newer one's to bring on.
    const begun = (await workshop.projects.get(input.projectId))?.deploying?.command_id === run.command.commandId;
    const error = new AxionError('ABORTED', `${begun ? 'given up half-way' : 'not executed'}: the newer deployment ${newer} replaces it`, { reason: 'SUPERSEDED', retryable: false });
    return { ok: false, payload: deploymentPayload(input, 'Failed', error.message, errorDetails(error.toJSON())) };
  }
  return new Deployment(workshop, run, payload, input).execute();
};

/**
 * One deployment, from its start to the truth about its end.
 *
 * It keeps in the project's record when it began, what was there before it, and whether it failed: whoever executes the
 * command again after a crash continues at that point instead of starting over.
 */
class Deployment {
  readonly #workshop: Workshop;
  readonly #run: CommandRun;
  readonly #payload: DeployPayload;
  readonly #input: StackInput;
  #record: ProjectRecord | undefined;
  #deploying: Deploying | undefined;

  constructor(workshop: Workshop, run: CommandRun, payload: DeployPayload, input: StackInput) {
    this.#workshop = workshop;
    this.#run = run;
    this.#payload = payload;
    this.#input = input;
  }

  async execute(): Promise<Outcome> {
    const { projects, clock } = this.#workshop;
    this.#record = await projects.get(this.#input.projectId);
    const before = this.#record?.deploying;
    const resumed = before?.command_id === this.#run.command.commandId ? before : undefined;
    const was = stateBefore(this.#record);
    this.#deploying = resumed ?? {
      command_id: this.#run.command.commandId,
      deployment_id: this.#input.deploymentId,
      started_at: new Date(clock.now()).toISOString(),
      ...(before?.existed === undefined ? {} : { existed: before.existed }),
      ...(was === undefined ? {} : { state_before: was }),
    };
    await this.#run.emit('DeployStarted', deploymentPayload(this.#input, 'Started', `deploying ${this.#input.projectId}`), 'started');
    const files = projectFiles(this.#workshop.settings.projectsDir, this.#input.projectId);
    let wanted: WantedStack;
    try {
      wanted = readStack(this.#input, files, (image) => this.#workshop.loginMark(image, this.#input.logins));
    } catch (error) {
      // Nothing was changed yet, so nothing is put back.
      return this.#failed(asAxionError(error).message, errorDetails(asAxionError(error).toJSON()));
    }
    if (resumed?.failure !== undefined) return this.#undo(wanted, resumed.failure, {});
    return this.#bringUp(wanted, { ...this.#input, files: files.taken() });
  }

  async #bringUp(wanted: WantedStack, input: StackInput): Promise<Outcome> {
    const { revisions, settings, clock } = this.#workshop;
    const { handBack, cancelled } = this.#run;
    const progress = new Progress((payload) => this.#run.emit('DeployProgress', payload), clock);
    let brought: BroughtUp;
    try {
      brought = await bringUpProject(this.#workshop, {
        engine: this.#workshop.engine,
        input,
        wanted,
        ...(this.#payload.force_redeploy ? { force: restartMark(this.#run.command.commandId) } : {}),
        keep: await revisions.neededBeside(input.projectId, wanted.hash),
        startedAt: Date.parse(this.#deploying!.started_at),
        timeoutMs: this.#payload.timeout_seconds === undefined ? settings.timeoutMs : this.#payload.timeout_seconds * 1000,
        offSlot: (work) => this.#run.offSlot(work),
        onPlan: async (steps, found) => {
          const others = found.services.some(({ spec }) => spec.Labels[LABELS.deployment] !== input.deploymentId);
          await this.#keepTrack({ existed: this.#deploying!.existed === true || others, plan: withLater(this.#deploying!.plan ?? [], planReport(steps)) });
          progress.offer(deploymentPayload(input, 'Progressing', steps.length === 0 ? 'nothing to change' : counted(steps.length, 'change', 'changes'), { plan: planReport(steps) }));
        },
        onProgress: (services, note) => progress.offer(deploymentPayload(input, 'Progressing', note ?? progressText(services), { services: serviceCounts(services) })),
        signal: AbortSignal.any([handBack, cancelled]),
      });
    } catch (error) {
      await progress.close();
      handBack.throwIfAborted();
      if (isBusTrouble(error)) throw error;
      const failure: TaskFailure = { service: '', reason: isEngineAway(error) ? 'ENGINE_AWAY' : 'TASK_FAILED', error: asAxionError(error).message };
      return this.#undo(wanted, failure, errorDetails(asAxionError(error).toJSON()));
    }
    await progress.close();
    if (brought.failure !== undefined) return this.#undo(wanted, brought.failure, { ...failureDetails(brought.failure), services: serviceCounts(brought.services), plan: this.#deploying?.plan ?? [] });
    return this.#completed(wanted, { ...input, images: brought.images }, brought);
  }

  async #completed(wanted: WantedStack, input: StackInput, brought: BroughtUp): Promise<Outcome> {
    const { revisions, projects, clock } = this.#workshop;
    const { lease } = this.#run;
    lease.assertHeld();
    const facts = { stack_hash: wanted.hash, secrets: wanted.secrets.map(({ Name }) => Name), configs: wanted.configs.map(({ Name }) => Name) };
    await revisions.store(input, facts, clock.now());
    lease.assertHeld();
    await projects.put({ project_id: input.projectId, state: 'deployed', deployment_id: input.deploymentId, self_heal: wanted.axion.selfHeal });
    const plan = this.#deploying?.plan ?? [];
    const running = counted(wanted.services.length, 'service runs', 'services run');
    return {
      ok: true,
      payload: deploymentPayload(input, 'Completed', plan.length === 0 ? `unchanged; ${running}` : running, {
        services: serviceCounts(brought.services),
        plan,
        ...(brought.warnings.length === 0 ? {} : { warnings: brought.warnings }),
      }),
    };
  }

  async #undo(wanted: WantedStack, failure: TaskFailure, details: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const why = await this.#whyNotUndone(wanted, failure);
    const message = failureText(failure);
    if (why !== undefined) return this.#failed(message, { ...details, rollback: { outcome: 'left', why } satisfies Restored });
    const undoAt = this.#deploying?.undo_at ?? new Date(this.#workshop.clock.now()).toISOString();
    await this.#keepTrack({ failure, undo_at: undoAt });
    const { projectId } = this.#input;
    const to = this.#before();
    const rollback = await restore(this.#workshop, {
      engine: this.#workshop.engine,
      projectId,
      to,
      startedAt: Date.parse(undoAt),
      keep: await this.#workshop.revisions.neededBeside(projectId, ''),
      ...(this.#record?.scaled === undefined ? {} : { scaled: this.#record.scaled }),
      run: this.#run,
    });
    return this.#failed(message, { ...(Object.keys(details).length === 0 ? failureDetails(failure) : details), rollback });
  }

  /** Why a failed deployment stays as it is, if it does. */
  async #whyNotUndone(wanted: WantedStack, failure: TaskFailure): Promise<string | undefined> {
    if (failure.reason === 'ENGINE_AWAY') return 'the engine cannot be asked, so nothing was put back';
    if (!(this.#payload.rollback_on_failure ?? this.#workshop.settings.rollbackOnFailure)) return 'rollback_on_failure is off';
    // Until the engine has been looked at nothing was changed, and what stands there is not known.
    if (this.#deploying?.existed === undefined) return 'nothing was changed yet';
    const to = this.#before();
    if (to === undefined) {
      if (wanted.axion.keepFailed) return 'the file asks to keep a failed first deployment (x-axion.keep_failed)';
      if (this.#deploying.existed) return 'the stack was on the engine before, and no revision of it is stored to go back to';
      return undefined;
    }
    const current = (await this.#workshop.revisions.of(this.#input.projectId)).find(({ deployment_ids: ids }) => ids.includes(to));
    return current === undefined ? `the revision of deployment ${to} is not kept any more` : undefined;
  }

  /** The deployment to go back to; none where the project was stopped. */
  #before(): string | undefined {
    return this.#deploying?.state_before === 'stopped' ? undefined : this.#record?.deployment_id;
  }

  async #failed(message: string, details: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const before: Partial<ProjectRecord> = this.#record ?? {};
    const { deploying: _, ...record } = before;
    this.#run.lease.assertHeld();
    await this.#workshop.projects.put({ ...record, project_id: this.#input.projectId, state: record.deployment_id === undefined ? 'failed' : (this.#deploying?.state_before ?? 'failed') });
    return { ok: false, payload: deploymentPayload(this.#input, 'Failed', message, details) };
  }

  async #keepTrack(change: Partial<Deploying>): Promise<void> {
    this.#deploying = { ...this.#deploying!, ...change };
    this.#run.lease.assertHeld();
    await this.#workshop.projects.put({ ...(this.#record ?? { project_id: this.#input.projectId }), project_id: this.#input.projectId, state: 'deploying', deploying: this.#deploying });
  }
}

/** A plan and what a later look found to be done beside it. */
const withLater = (first: readonly PlanLine[], later: readonly PlanLine[]): readonly PlanLine[] => {
  const known = new Set(first.map(({ action, name }) => `${action} ${name}`));
  return [...first, ...later.filter(({ action, name }) => !known.has(`${action} ${name}`))];
};

const progressText = (services: BroughtUp['services']): string => {
  const converged = services.filter(({ verdict }) => verdict.state === 'converged' || verdict.state === 'monitoring').length;
  return `${converged} of ${counted(services.length, 'service runs', 'services run')}`;
};
