import type { Bus } from '@axion/bus';
import { asAxionError } from '@axion/core';
import { leaseKey, ownEvent } from '@axion/contracts';
import type { EventOrigin } from '@axion/contracts';
import { authOf, contentHash, failureText, isWrite, LABELS, lookAndPlan, planLines, planReport } from '@axion/swarm-stack';
import type { Step } from '@axion/swarm-stack';
import { fencedEngine } from '../execute/fenced-engine.ts';
import { Lookout } from '../execute/lookout.ts';
import { bringUpProject } from '../deployment/bring-up-project.ts';
import type { Workshop } from '../deployment/workshop.ts';
import { readRevision } from '../revisions/read-revision.ts';
import type { ReadRevision } from '../revisions/read-revision.ts';
import type { ProjectRecord } from '../revisions/project-store.ts';
import { stackSignatures } from './stack-signature.ts';

export interface DriftWatchOptions {
  readonly workshop: Workshop;
  readonly bus: Pick<Bus, 'leases' | 'events'>;
  readonly agentId: () => string;
}

/** After an event; a burst of them is one look. */
const SETTLE_MS = 2000;
const FULL_LOOK_MS = 60_000;
/** Commands of the project wait while it is put back, so that does not take long. */
const HEAL_MS = 60_000;

/**
 * Notices changes made behind the agent's back: compares what is on the engine with the revision in force, after events and
 * once a minute; reports a difference once, and puts it back only where the project's file asks for that.
 *
 * Invariants: a project is looked at only under its lease, so never while a command works on it; a look that fails
 * concludes nothing; the same difference is reported once, whichever instance sees it.
 */
export class DriftWatch {
  readonly name = 'drift';
  readonly #options: DriftWatchOptions;
  readonly #lookout: Lookout;
  /** Signature at which a project was found to be as wanted, or its difference was dealt with. */
  readonly #settled = new Map<string, string>();

  constructor(options: DriftWatchOptions) {
    this.#options = options;
    const { watch, clock, log } = options.workshop;
    const look = (signal: AbortSignal): Promise<void> =>
      this.#lookAtAll(signal).catch((error: unknown) => {
        if (!signal.aborted) log.debug({ error: asAxionError(error).message }, 'could not look for drift');
      });
    this.#lookout = new Lookout({ wake: () => watch.ofAll(), clock, everyMs: FULL_LOOK_MS, settleMs: SETTLE_MS, look });
  }

  async start(): Promise<void> {
    this.#lookout.start();
  }

  stop(): Promise<void> {
    return this.#lookout.stop();
  }

  async #lookAtAll(signal: AbortSignal): Promise<void> {
    const { workshop } = this.#options;
    const [services, records] = await Promise.all([workshop.engine.services.list({ label: [LABELS.project] }, signal), workshop.projects.all()]);
    const signatures = stackSignatures(services);
    for (const record of records) {
      const signature = `${record.deployment_id} ${JSON.stringify(record.scaled ?? {})} ${signatures.get(record.project_id) ?? ''}`;
      if (record.state !== 'deployed' || record.deployment_id === undefined || this.#settled.get(record.project_id) === signature) continue;
      try {
        if (await this.#lookAt(record.project_id, signal)) this.#settled.set(record.project_id, signature);
      } catch (error) {
        if (signal.aborted) return;
        // One project that cannot be looked at keeps no other from its turn.
        workshop.log.warn({ project: record.project_id, err: error }, 'could not look for drift');
      }
    }
  }

  /** @returns whether the project was looked at; not while it is in somebody's hands */
  async #lookAt(projectId: string, end: AbortSignal): Promise<boolean> {
    const { workshop, bus } = this.#options;
    const lease = await bus.leases.acquire(leaseKey('swarm', projectId));
    if (lease === undefined) return false;
    const signal = AbortSignal.any([end, lease.lost]);
    try {
      // Again, under the lease: a command may have changed it meanwhile.
      const record = await workshop.projects.get(projectId);
      if (record?.state !== 'deployed' || record.deployment_id === undefined) return false;
      const revision = await readRevision(workshop, projectId, record.deployment_id, record.scaled);
      const steps = await this.#differences(revision, signal);
      const drift = steps.length === 0 ? undefined : contentHash(planReport(steps), 16);
      if (drift === undefined && record.drift === undefined) return true;
      const heals = drift !== undefined && record.self_heal === true;
      if (drift !== record.drift || heals) await this.#report(record, steps, heals ? await this.#heal(workshop, revision, () => lease.assertHeld(), signal) : undefined);
      lease.assertHeld();
      const { drift: _, ...rest } = record;
      await workshop.projects.put(drift === undefined || heals ? rest : { ...rest, drift });
      // What was put back has a new signature; it is looked at once more.
      return !heals;
    } finally {
      await lease.release();
    }
  }

  async #differences({ input, wanted }: ReadRevision, signal: AbortSignal): Promise<readonly Step[]> {
    const { engine } = this.#options.workshop;
    const { steps } = await lookAndPlan({ engine, wanted, authFor: authOf(input.logins), images: input.images ?? {}, plan: { prune: false }, signal });
    return steps.filter(isWrite);
  }

  async #heal(workshop: Workshop, { input, wanted, revision }: ReadRevision, assertHeld: () => void, signal: AbortSignal): Promise<string> {
    try {
      const { failure } = await bringUpProject(workshop, {
        engine: fencedEngine(workshop.engine, assertHeld),
        input,
        wanted,
        keep: await workshop.revisions.neededBeside(input.projectId, revision.stack_hash),
        startedAt: workshop.clock.now(),
        timeoutMs: Math.min(HEAL_MS, workshop.settings.timeoutMs),
        offSlot: (work) => work(),
        onPlan: async () => undefined,
        onProgress: () => undefined,
        signal,
      });
      return failure === undefined ? 'put back' : `could not be put back: ${failureText(failure)}`;
    } catch (error) {
      signal.throwIfAborted();
      return `could not be put back: ${asAxionError(error).message}`;
    }
  }

  async #report(record: ProjectRecord, steps: readonly Step[], healed: string | undefined): Promise<void> {
    const { bus, agentId, workshop } = this.#options;
    const origin: EventOrigin = { agentId: agentId(), now: workshop.clock.now() };
    const what = steps.length === 0 ? 'is as deployed again' : `differs from deployment ${record.deployment_id}: ${planLines(steps).join('; ')}${healed === undefined ? '' : ` (${healed})`}`;
    const payload = {
      project_id: record.project_id,
      deployment_id: record.deployment_id,
      kind: 'drift',
      drifted: steps.length > 0 && healed !== 'put back',
      message: `project ${record.project_id} ${what}`,
      differences: planReport(steps),
      ...(healed === undefined ? {} : { healed }),
    };
    workshop.log.info({ project: record.project_id, deployment: record.deployment_id, drifted: payload.drifted, message: payload.message }, 'drift');
    await bus.events.publish(ownEvent('StatusReport', payload, origin, record.project_id));
  }
}
