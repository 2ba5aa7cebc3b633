import { AxionError } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { applyAll, applyFoundations, isStalePlan } from '../apply/apply-steps.ts';
import type { ApplyContext } from '../apply/apply-steps.ts';
import { Ids } from '../apply/ids.ts';
import type { ServiceAssessment } from '../converge/assess-service.ts';
import { convergeStack } from '../converge/converge-stack.ts';
import { dependencyCircle } from '../converge/dependencies.ts';
import type { TaskFailure } from '../converge/task-failure.ts';
import { pinImages } from '../images/pin-images.ts';
import { observeStack } from '../observe/observe-stack.ts';
import type { ObservedStack } from '../observe/observed-stack.ts';
import { planStack } from '../plan/plan-stack.ts';
import { isRemoval, isServiceStep } from '../plan/step.ts';
import type { Step } from '../plan/step.ts';
import type { PinnedImage, StackInput } from '../stack/stack-input.ts';
import type { WantedStack } from '../stack/wanted-stack.ts';
import { checkExternals } from './check-externals.ts';
import { whileEngineAway } from './engine-patience.ts';
import { prune } from './prune.ts';
import type { Workshop } from './workshop.ts';

export interface BringUpOptions {
  /** Fenced. */
  readonly engine: Engine;
  readonly input: StackInput;
  readonly wanted: WantedStack;
  readonly force?: boolean;
  /** Names of configs and secrets that stored revisions need. */
  readonly keep: ReadonlySet<string>;
  /** When the deployment began, milliseconds since 1970: the deadline counts from here, also after a restart. */
  readonly startedAt: number;
  readonly timeoutMs: number;
  /** Runs what waits without holding a place to work in. */
  readonly offSlot: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onPlan: (steps: readonly Step[], found: ObservedStack) => Promise<void>;
  readonly onProgress: (services: readonly ServiceAssessment[], note?: string) => void;
  readonly signal: AbortSignal;
}

export interface BroughtUp {
  readonly steps: readonly Step[];
  readonly images: Readonly<Record<string, PinnedImage>>;
  readonly services: readonly ServiceAssessment[];
  readonly warnings: readonly string[];
  /** Absent: it is as wanted. */
  readonly failure?: TaskFailure;
}

const STALE_ATTEMPTS = 5;
const STALE_MS = 300;
const ENGINE_PATIENCE_MS = 30_000;

/**
 * Brings a stack to what is wanted: observe, pin images, plan, apply, converge, prune. Safe to repeat at any point: what
 * is already there is not in the next plan.
 */
export const bringUp = async (workshop: Workshop, options: BringUpOptions): Promise<BroughtUp> => {
  const { clock } = workshop;
  const { engine, wanted, signal } = options;
  const circle = dependencyCircle(new Map(wanted.services.map(({ key, dependsOn }) => [key, dependsOn])));
  if (circle !== undefined) throw new AxionError('INVALID_ARGUMENT', `depends_on goes in a circle: ${circle.join(' → ')}`, { reason: 'DEPENDENCY_CIRCLE', retryable: false });
  const deadline = clock.monotonic() + Math.max(0, options.startedAt + options.timeoutMs - clock.now());
  const warnings = new Set<string>(wanted.warnings);
  const wake = workshop.watch.of(wanted.namespace);
  try {
    const applied = await whileEngineAway(() => applyOnce(workshop, options, warnings), Math.min(ENGINE_PATIENCE_MS, options.timeoutMs), clock, signal);
    const convergence = await options.offSlot(() =>
      convergeStack({
        engine,
        wake,
        wanted: applied.wanted,
        waiting: applied.waiting,
        apply: (steps) => applyAll(steps, applied.context),
        imageProblems: applied.problems,
        startedAt: options.startedAt,
        deadline,
        timeoutMs: options.timeoutMs,
        clock,
        onProgress: options.onProgress,
        signal,
      }),
    );
    const result = { steps: applied.steps, images: applied.images, services: convergence.services };
    if (convergence.failure !== undefined) return { ...result, warnings: [...warnings], failure: convergence.failure };
    if (applied.steps.some(isRemoval)) for (const stuck of await options.offSlot(() => prune(applied.steps.filter(isRemoval), engine, clock, signal))) warnings.add(stuck);
    return { ...result, warnings: [...warnings] };
  } finally {
    wake.stop();
  }
};

/** Observe, plan and apply what need not wait; again from a new look when somebody else changed the engine meanwhile. */
const applyOnce = async (workshop: Workshop, options: BringUpOptions, warnings: Set<string>) => {
  const { engine, input, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    await engine.swarm.assertManager(signal);
    const found = await observeStack(engine, options.wanted.namespace, signal, { networkUsers: options.wanted.axion.recreateNetworks });
    checkExternals(options.wanted, found);
    const pins = { registry: engine.distribution, logins: input.logins, ...(input.images === undefined ? {} : { known: input.images }) };
    const { wanted, images, problems } = await pinImages(options.wanted, found.services, pins, signal);
    const steps = planStack(wanted, found, { force: options.force === true && attempt === 1, keep: options.keep, prune: workshop.settings.prune });
    await options.onPlan(steps, found);
    const context: ApplyContext = { engine, ids: new Ids(found.ids), logins: input.logins, onWarning: (text) => warnings.add(text), signal };
    const dependent = new Set(wanted.services.filter(({ dependsOn }) => dependsOn.length > 0).map(({ key }) => key));
    const services = steps.filter(isServiceStep);
    try {
      await applyFoundations(steps, context);
      await applyAll(services.filter(({ key }) => !dependent.has(key)), context);
    } catch (error) {
      if (!isStalePlan(error) || attempt === STALE_ATTEMPTS) throw error;
      await workshop.clock.sleep(STALE_MS * attempt, signal);
      continue;
    }
    for (const [image, problem] of problems) warnings.add(`${image}: ${problem.message}`);
    return { wanted, images, problems, steps, context, waiting: services.filter(({ key }) => dependent.has(key)) };
  }
};
