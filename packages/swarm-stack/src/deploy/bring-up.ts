import { asAxionError, AxionError, withDeadline } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { applyAll, applyFoundations, isStalePlan } from '../apply/apply-steps.ts';
import type { ApplyContext } from '../apply/apply-steps.ts';
import { Ids } from '../apply/ids.ts';
import type { ServiceAssessment } from '../converge/assess-service.ts';
import { convergeStack } from '../converge/converge-stack.ts';
import type { EngineWatch, Wake } from '../converge/engine-watch.ts';
import { late } from '../converge/late.ts';
import type { TaskFailure } from '../converge/task-failure.ts';
import type { PinnedImage } from '../images/pin-images.ts';
import type { ObservedStack } from '../observe/observed-stack.ts';
import { planLines } from '../plan/print-plan.ts';
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
/** The look that is under way at the deadline may end, and says in its own words what is missing. */
const LAST_WORDS_MS = 250;
/** One that is continued after its time was over still looks at what it has become. */
const LAST_LOOK_MS = 10_000;
/** So quickly an engine that is there says so. */
const SIGN_OF_LIFE_MS = 2000;

/**
 * Brings a stack to what is wanted: observe, pin images, plan, apply, converge, prune. Safe to repeat at any point: what
 * is already there is not in the next plan. Whatever it asks of the engine or a registry ends with its own time.
 */
export const bringUp = async (options: BringUpOptions): Promise<BroughtUp> => {
  const { engine, wanted, clock, signal: outer } = options;
  const began = clock.monotonic();
  const deadline = began + Math.max(0, options.startedAt + options.timeoutMs - clock.now());
  const over = new AbortController();
  const ended = new AbortController();
  const cut = deadline > began ? deadline + LAST_WORDS_MS : began + LAST_LOOK_MS;
  void clock.sleep(cut - began, ended.signal).then(
    () => over.abort(new AxionError('DEADLINE_EXCEEDED', 'the time of the deployment is over', { reason: 'NOT_IN_TIME' })),
    () => undefined,
  );
  let steps: readonly Step[] | undefined;
  let services: readonly ServiceAssessment[] = [];
  const bounded: BringUpOptions = {
    ...options,
    onPlan: async (planned, found) => {
      steps = planned;
      await options.onPlan(planned, found);
    },
    onProgress: (seen, note) => {
      services = seen;
      options.onProgress(seen, note);
    },
    signal: AbortSignal.any([outer, over.signal]),
  };
  const warnings = new Set<string>();
  const wake = options.watch.of(wanted.namespace);
  try {
    const { convergence, images } = await applyAndConverge(bounded, { wake, deadline, cut }, warnings);
    ended.abort();
    const result = { steps: steps ?? [], images, services: convergence.services };
    if (convergence.failure !== undefined) return { ...result, warnings: [...warnings], failure: convergence.failure };
    const removals = result.steps.filter(isRemoval);
    if (removals.length > 0) for (const stuck of await options.offSlot(() => prune(removals, engine, clock, outer))) warnings.add(stuck);
    return { ...result, warnings: [...warnings] };
  } catch (error) {
    if (error !== over.signal.reason || outer.aborted) throw error;
    const away = await options.offSlot(() => silence(engine, outer));
    const undone = steps === undefined ? ['the first look at the engine and its registries'] : planLines(steps);
    return { steps: steps ?? [], images: {}, services, warnings: [...warnings], failure: late(options.timeoutMs, services, away, undone) };
  } finally {
    ended.abort();
    wake.stop();
  }
};

/** Why the engine cannot be asked, if it cannot. */
const silence = async (engine: Engine, signal: AbortSignal): Promise<string | undefined> => {
  try {
    await withDeadline('the engine', SIGN_OF_LIFE_MS, (inner) => engine.swarm.info(inner), signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return asAxionError(error).message;
  }
};

const applyAndConverge = async (options: BringUpOptions, { wake, deadline, cut }: { readonly wake: Wake; readonly deadline: number; readonly cut: number }, warnings: Set<string>) => {
  const { engine, clock, offSlot, signal } = options;
  const applied = await whileEngineAway(engine, (heard) => applyOnce({ ...options, engine: heard }, warnings), { clock, offSlot, until: cut, signal });
  const convergence = await offSlot(() =>
    convergeStack({
      engine,
      wake,
      wanted: applied.wanted,
      waiting: applied.waiting,
      apply: (waiting) => applyAll(waiting, { ...applied.context, engine }),
      imageProblems: applied.problems,
      goesOn: true,
      startedAt: options.startedAt,
      deadline,
      timeoutMs: options.timeoutMs,
      clock,
      onProgress: options.onProgress,
      signal,
    }),
  );
  return { convergence, images: applied.images };
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
    return { wanted, images, problems, context, waiting: services.filter(({ key }) => dependent.has(key)) };
  }
};
