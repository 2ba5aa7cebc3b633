import type { StackSpec } from '@axion/compose';
import type { AxionError, Clock } from '@axion/core';
import { asAxionError } from '@axion/core';
import { isEngineAway } from '@axion/docker-engine';
import type { Engine, Service, SwarmNode, Task } from '@axion/docker-engine';
import type { ServiceStep } from '../plan/step.ts';
import { LABELS } from '../stack/labels.ts';
import { assessService } from './assess-service.ts';
import type { ServiceAssessment } from './assess-service.ts';
import { dependencyMet } from './dependencies.ts';
import type { Wake } from './engine-watch.ts';
import { late } from './late.ts';
import { PausedUpdates } from './paused-updates.ts';
import type { TaskFailure } from './task-failure.ts';
import { TaskHistory } from './task-history.ts';

export interface ConvergeOptions {
  readonly engine: Pick<Engine, 'services' | 'tasks' | 'nodes' | 'logs'>;
  readonly wake: Wake;
  readonly wanted: StackSpec;
  /** Service steps that wait for what their services depend on. */
  readonly waiting: readonly ServiceStep[];
  readonly apply: (steps: readonly ServiceStep[]) => Promise<void>;
  /** What registries said, by image as the file has it (with its tag). */
  readonly imageProblems: ReadonlyMap<string, AxionError>;
  /** Whether to go on with updates that Swarm paused for what a node was going through, instead of saying that they failed. */
  readonly goesOn: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Monotonic milliseconds. */
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly onProgress: (services: readonly ServiceAssessment[], note?: string) => void;
  readonly signal: AbortSignal;
}

export interface Convergence {
  readonly services: readonly ServiceAssessment[];
  /** Absent: everything converged. */
  readonly failure?: TaskFailure;
}

/** How soon to look again: at once while things move, seldom while nothing does. Events shorten both. */
const QUICK_MS = 100;
const SLOW_MS = 500;
const QUICK_FOR_MS = 1500;
/** Times what a look took: the least between two of them, however many events there are. */
const EVENT_GAP = 2;
const LOG_LINES = 20;
const NODES_EVERY_MS = 10_000;

/**
 * Watches a stack until every service converged, one failed for good, or the deadline passed; starts services when what
 * they depend on is there. An engine that cannot be asked proves nothing: it is asked again until the deadline.
 */
export const convergeStack = async (options: ConvergeOptions): Promise<Convergence> => {
  const { engine, wanted, clock, signal, deadline, onProgress } = options;
  const history = new TaskHistory();
  const paused = new PausedUpdates(engine);
  const filters = { label: [`${LABELS.namespace}=${wanted.namespace}`] };
  let waiting = options.waiting;
  let nodes: readonly SwarmNode[] = [];
  let nodesAt = -Infinity;
  let assessments: readonly ServiceAssessment[] = [];
  let away: AxionError | undefined;
  let shape = '';
  let movedAt = clock.monotonic();
  for (;;) {
    const lookedAt = clock.monotonic();
    try {
      if (lookedAt - nodesAt > NODES_EVERY_MS) {
        nodes = await engine.nodes.list(signal);
        nodesAt = lookedAt;
      }
      const [services, tasks] = await Promise.all([engine.services.list(filters, signal), engine.tasks.list(filters, signal)]);
      const seen = assess(options, services, history.add(tasks), nodes);
      assessments = options.goesOn ? seen.map(awaited) : seen;
      if (options.goesOn) for (const { verdict } of seen) if (verdict.state === 'failed' && verdict.held !== undefined) await paused.goOn(verdict.held, lookedAt, signal);
      away = undefined;
    } catch (error) {
      if (!isAwayForNow(error)) throw error;
      away = asAxionError(error);
      onProgress(assessments, away.message);
    }
    if (away === undefined) {
      const failed = assessments.flatMap(({ verdict }) => (verdict.state === 'failed' ? [verdict.failure] : []))[0];
      if (failed !== undefined) return { services: assessments, failure: await withLogs(failed, options) };
      const ready = releasable(wanted, waiting, assessments);
      if (ready.length > 0) {
        await options.apply(ready);
        waiting = waiting.filter((step) => !ready.includes(step));
        continue;
      }
      if (waiting.length === 0 && assessments.every(({ verdict }) => verdict.state === 'converged')) return { services: assessments };
      onProgress(assessments);
    }
    const now = clock.monotonic();
    if (now >= deadline) return { services: assessments, failure: late(options.timeoutMs, assessments, away?.message) };
    const seen = JSON.stringify(assessments.map(({ running, completed, verdict }) => [running, completed, verdict.state]));
    if (seen !== shape) movedAt = now;
    shape = seen;
    const took = now - lookedAt;
    const pause = Math.max(now - movedAt < QUICK_FOR_MS ? QUICK_MS : SLOW_MS, 4 * took);
    const event = await options.wake.next(Math.min(pause, nextDue(assessments, clock.now()), deadline - now), signal);
    if (event !== 'event') continue;
    movedAt = clock.monotonic();
    // A stack that starts sends hundreds of events; looking at each would take the processor from what is looked at.
    const early = now + Math.min(EVENT_GAP * took, SLOW_MS) - movedAt;
    if (early > 0) await clock.sleep(early, signal);
  }
};

/** What is gone on with is waited for. */
const awaited = (assessment: ServiceAssessment): ServiceAssessment => {
  const { key, verdict } = assessment;
  if (verdict.state !== 'failed' || verdict.held === undefined) return assessment;
  return { ...assessment, verdict: { state: 'waiting', missing: `${key}: ${verdict.failure.error}` } };
};

/** An engine that just started says for a moment that it manages no swarm. */
const isAwayForNow = (error: unknown): boolean => isEngineAway(error) || asAxionError(error).reason === 'NOT_A_SWARM_MANAGER';

const assess = (options: ConvergeOptions, services: readonly Service[], tasks: readonly Task[], nodes: readonly SwarmNode[]): readonly ServiceAssessment[] => {
  const byName = new Map(services.map((service) => [service.name, service]));
  return options.wanted.services.map(({ key, spec }): ServiceAssessment => {
    const service = byName.get(spec.Name);
    if (service === undefined) {
      return { key, desired: spec.Mode.Replicated?.Replicas ?? 1, running: 0, healthy: 0, completed: 0, verdict: { state: 'waiting', missing: `${key}: not created yet` } };
    }
    const { Image: image } = spec.TaskTemplate.ContainerSpec;
    const problem = options.imageProblems.get(image.replace(/@sha256:.*$/, ''));
    return assessService({
      key,
      service,
      tasks: tasks.filter(({ serviceId }) => serviceId === service.id),
      nodes,
      startedAt: options.startedAt,
      now: options.clock.now(),
      ...(problem === undefined ? {} : { imageProblem: { words: problem.message, final: problem.reason === 'IMAGE_NOT_FOUND' || problem.reason === 'REGISTRY_DENIED' } }),
    });
  });
};

const releasable = (wanted: StackSpec, waiting: readonly ServiceStep[], assessments: readonly ServiceAssessment[]): readonly ServiceStep[] => {
  const byKey = new Map(assessments.map((assessment) => [assessment.key, assessment]));
  const pending = new Set(waiting.map(({ key }) => key));
  const dependencies = new Map(wanted.services.map(({ key, dependsOn }) => [key, dependsOn]));
  return waiting.filter(({ key }) => (dependencies.get(key) ?? []).every((dependency) => dependencyMet(dependency, byKey, pending)));
};

/** Milliseconds until some verdict can change without anything happening. */
const nextDue = (assessments: readonly ServiceAssessment[], now: number): number =>
  Math.max(
    10,
    Math.min(...assessments.flatMap(({ verdict }) => (verdict.state === 'monitoring' ? [verdict.until - now + 5] : verdict.state === 'waiting' && verdict.until !== undefined && verdict.until > now ? [verdict.until - now + 5] : [])), 60_000),
  );

/** The task's last lines, if its node still has them. */
const withLogs = async (failure: TaskFailure, { engine, signal }: ConvergeOptions): Promise<TaskFailure> => {
  if (failure.taskId === undefined || failure.exitCode === undefined) return failure;
  try {
    return { ...failure, logLines: await engine.logs.ofTask(failure.taskId, LOG_LINES, signal) };
  } catch {
    signal.throwIfAborted();
    return failure;
  }
};
