import type { Clock } from '@axion/core';
import { applyAll, applyFoundations, isStalePlan } from '../apply/apply-steps.ts';
import type { ApplyContext } from '../apply/apply-steps.ts';
import { Ids } from '../apply/ids.ts';
import type { ServiceAssessment } from '../converge/assess-service.ts';
import { convergeStack } from '../converge/converge-stack.ts';
import type { EngineWatch } from '../converge/engine-watch.ts';
import type { TaskFailure } from '../converge/task-failure.ts';
import type { PinnedImage } from '../images/pin-images.ts';
import type { ObservedStack } from '../observe/observed-stack.ts';
import { isRemoval, isServiceStep } from '../plan/step.ts';
import type { Step, StepOf } from '../plan/step.ts';
import { whileEngineAway } from './engine-patience.ts';
import { lookAndPlan } from './look-and-plan.ts';
import type { LookOptions } from './look-and-plan.ts';
import { prune } from './prune.ts';

export interface BringUpOptions extends LookOptions {
  readonly watch: EngineWatch;
  readonly clock: Clock;
  /** When it began, milliseconds since 1970: the deadline counts from here, also after a restart, and what failed before is history. */
  readonly startedAt: number;
  readonly timeoutMs: number;
  /** Runs what waits without holding a place to work in. */
  readonly offSlot: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told before anything is changed. */
  readonly onPlan: (steps: readonly Step[], found: ObservedStack) => Promise<void>;
  readonly onProgress: (services: readonly ServiceAssessment[], note?: string) => void;
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
export const bringUp = async (options: BringUpOptions): Promise<BroughtUp> => {
  const { engine, wanted, clock, signal } = options;
  const deadline = clock.monotonic() + Math.max(0, options.startedAt + options.timeoutMs - clock.now());
  const warnings = new Set<string>();
  const wake = options.watch.of(wanted.namespace);
  try {
    const applied = await whileEngineAway(() => applyOnce(options, warnings), Math.min(ENGINE_PATIENCE_MS, options.timeoutMs), clock, signal);
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

const keptNetwork = ({ name, changed }: StepOf<'keep-network'>): string =>
  `network ${name} differs from the file (${changed.join(', ')}) and stays as it is; with "x-axion: {recreate_networks: true}" it is replaced where nothing else uses it`;

/** Observe, plan and apply what need not wait; again from a new look when somebody else changed the engine meanwhile. */
const applyOnce = async (options: BringUpOptions, warnings: Set<string>) => {
  const { engine, authFor, clock, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    const { found, wanted, images, problems, steps } = await lookAndPlan(options);
    await options.onPlan(steps, found);
    const context: ApplyContext = { engine, ids: new Ids(found.ids), authFor, onWarning: (text) => warnings.add(text), signal };
    const dependent = new Set(wanted.services.filter(({ dependsOn }) => dependsOn.length > 0).map(({ key }) => key));
    const services = steps.filter(isServiceStep);
    try {
      await applyFoundations(steps, context);
      await applyAll(services.filter(({ key }) => !dependent.has(key)), context);
    } catch (error) {
      if (!isStalePlan(error) || attempt === STALE_ATTEMPTS) throw error;
      await clock.sleep(STALE_MS * attempt, signal);
      continue;
    }
    for (const [image, problem] of problems) warnings.add(`${image}: ${problem.message}`);
    for (const step of steps) if (step.action === 'keep-network') warnings.add(keptNetwork(step));
    return { wanted, images, problems, steps, context, waiting: services.filter(({ key }) => dependent.has(key)) };
  }
};
