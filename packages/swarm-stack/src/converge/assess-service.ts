import type { Service, SwarmNode, Task } from '@axion/docker-engine';
import { eligibleNodes, nodeIsComing, unmetConstraints } from './constraints.ts';
import { currentTasks } from './current-task.ts';
import { isPassingTrouble } from './passing-trouble.ts';
import type { TaskFailure } from './task-failure.ts';

/** How a service stands. */
export interface ServiceAssessment {
  readonly key: string;
  /** Tasks that should run, or for jobs and one-shot services complete. */
  readonly desired: number;
  readonly running: number;
  /** Running long enough to be believed. */
  readonly healthy: number;
  readonly completed: number;
  readonly verdict:
    | { readonly state: 'converged' }
    /** Everything runs; believed from `until` on, milliseconds since 1970. */
    | { readonly state: 'monitoring'; readonly until: number }
    | { readonly state: 'waiting'; readonly missing: string; readonly until?: number }
    /** `held`: Swarm paused its update, and no task is known that crashed by itself. */
    | { readonly state: 'failed'; readonly failure: TaskFailure; readonly held?: Service };
}

export interface Scene {
  readonly key: string;
  readonly service: Service;
  /** Every task of the service seen since the deployment began, in its latest state. */
  readonly tasks: readonly Task[];
  readonly nodes: readonly SwarmNode[];
  /** When the deployment began: what failed before is history. Milliseconds since 1970. */
  readonly startedAt: number;
  readonly now: number;
  /** What the registry said when the image was looked up, if it could not be; `final`: it does not have it, or does not give it. */
  readonly imageProblem?: { readonly words: string; readonly final: boolean };
}

const DEFAULT_MONITOR_MS = 5000;
/** Failures of one replica until its service counts as crash-looping. One may be a hiccup, a dependency that is late another. */
const CRASHES = 3;
/** How long "no suitable node" may last: the place of a task that is just being stopped becomes free in this time. */
const NO_NODE_MS = 12_000;
const DEFAULT_DELAY_NS = 5e9;
/** So long a manager may take to make the next task, beyond the delay. */
const GIVEN_UP_MS = 5000;
const ENDED = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);
const BEFORE_RUNNING = new Set(['new', 'allocated', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting']);

/** The time that a task must have run to be believed, milliseconds. */
export const monitorMs = (service: Service): number => {
  const nanoseconds = service.spec.UpdateConfig?.Monitor;
  return nanoseconds === undefined || nanoseconds === 0 ? DEFAULT_MONITOR_MS : nanoseconds / 1e6;
};

/**
 * Judges a service by its tasks. Pure. `converged` is said only when the desired tasks of the present spec run (which
 * Swarm says of a task with a healthcheck once it is healthy) and have run for the monitor time, and no task of an
 * earlier spec is still wanted.
 */
export const assessService = (scene: Scene): ServiceAssessment => {
  const { service, tasks, nodes, now, key } = scene;
  const { Mode: mode, TaskTemplate: template } = service.spec;
  const constraints = template.Placement?.Constraints ?? [];
  const current = currentTasks(service, tasks);
  const job = mode.ReplicatedJob !== undefined || mode.GlobalJob !== undefined;
  const oneShot = job || template.RestartPolicy?.Condition === 'none';
  const desired =
    mode.Replicated !== undefined
      ? (mode.Replicated.Replicas ?? 1)
      : mode.ReplicatedJob !== undefined
        ? (mode.ReplicatedJob.TotalCompletions ?? mode.ReplicatedJob.MaxConcurrent ?? 1)
        : eligibleNodes(nodes, constraints).length;
  const running = current.filter((task) => task.state === 'running' && task.desiredState === 'running');
  const believed = running.filter((task) => now - task.since >= monitorMs(service));
  const completed = keepsEnding(service) ? new Set(current.filter((task) => task.state === 'complete').map((task) => (job ? task.id : place(task)))).size : 0;
  const counts = { key, desired, running: running.length, healthy: believed.length, completed };

  const failed = failureOf(scene, current, job);
  if (failed !== undefined) return { ...counts, verdict: { state: 'failed', ...failed } };
  const others = tasks.filter((task) => task.serviceId === service.id && !current.includes(task) && task.desiredState === 'running' && !ENDED.has(task.state));
  const done = (oneShot ? 0 : running.length) + completed;
  if (done < desired) return { ...counts, verdict: { state: 'waiting', missing: missingText(counts, oneShot, current, scene.startedAt), ...untilNoNode(scene, current) } };
  if (running.length > desired) return { ...counts, verdict: { state: 'waiting', missing: `${key}: ${running.length - desired} tasks too many still run` } };
  if (others.length > 0) return { ...counts, verdict: { state: 'waiting', missing: `${key}: ${others.length} tasks of the earlier revision still run` } };
  if (believed.length < running.length) {
    return { ...counts, verdict: { state: 'monitoring', until: Math.max(...running.map((task) => task.since)) + monitorMs(service) } };
  }
  return { ...counts, verdict: { state: 'converged' } };
};

/** Whether the end of a task is what the file asked for, and no crash. */
const keepsEnding = (service: Service): boolean => {
  const { Mode: mode, TaskTemplate: template } = service.spec;
  const condition = template.RestartPolicy?.Condition ?? 'any';
  return mode.ReplicatedJob !== undefined || mode.GlobalJob !== undefined || condition === 'none' || condition === 'on-failure';
};

const place = (task: Task): string => String(task.slot ?? task.nodeId ?? '');

const missingText = ({ key, desired, running, completed }: { key: string; desired: number; running: number; completed: number }, oneShot: boolean, tasks: readonly Task[], startedAt: number): string => {
  const count = oneShot ? `${completed} of ${desired} completed` : `${running} of ${desired} running`;
  const waiting = tasks.filter((task) => BEFORE_RUNNING.has(task.state) && task.desiredState !== 'shutdown').sort((a, b) => b.createdAt - a.createdAt)[0];
  const trouble = tasks.findLast((task) => task.since >= startedAt && isPassingTrouble(task));
  const detail = [
    ...(waiting === undefined ? [] : [`${waiting.state}${waiting.error === '' ? '' : `: ${waiting.error}`}`]),
    ...(trouble === undefined ? [] : [`${trouble.state} before: ${trouble.error}`]),
  ];
  return `${key}: ${count}${detail.length === 0 ? '' : ` (${detail.join('; ')})`}`;
};

const unplaced = (current: readonly Task[]): readonly Task[] => current.filter((task) => task.state === 'pending' && /no suitable node/i.test(task.error));

/** Since when nothing that is being stopped, and no node that comes back, can make room for the unplaced tasks any more. */
const noNodeSince = ({ nodes, service, tasks }: Scene, waiting: readonly Task[]): number =>
  nodeIsComing(nodes, service.spec.TaskTemplate.Placement?.Constraints ?? [])
    ? Infinity
    : Math.max(...nodes.map((node) => node.changedAt ?? 0), ...waiting.map((task) => task.createdAt), ...tasks.filter((task) => task.serviceId === waiting[0]?.serviceId && !waiting.includes(task)).map((task) => (task.desiredState === 'shutdown' && !ENDED.has(task.state) ? Infinity : task.desiredState === 'shutdown' ? task.since : 0)));

const untilNoNode = (scene: Scene, current: readonly Task[]): { until?: number } => {
  const waiting = unplaced(current);
  const since = waiting.length === 0 ? Infinity : noNodeSince(scene, waiting);
  return Number.isFinite(since) ? { until: since + NO_NODE_MS } : {};
};

const failureOf = (scene: Scene, current: readonly Task[], job: boolean): { readonly failure: TaskFailure; readonly held?: Service } | undefined => {
  const { key, service, startedAt, now, nodes } = scene;
  const policy = service.spec.TaskTemplate.RestartPolicy;
  const ended = current
    .filter((task) => Math.max(task.since, task.createdAt) >= startedAt)
    .filter((task) => task.state === 'failed' || task.state === 'rejected' || (task.state === 'complete' && !keepsEnding(service)))
    .sort((a, b) => a.since - b.since);
  const crashes = ended.filter((task) => !isPassingTrouble(task));
  const first = crashes.find((task) => task.state !== 'complete') ?? crashes[0] ?? ended[0];

  const { update } = service;
  if (update !== undefined && /paused|rollback/.test(update.state) && Date.parse(update.startedAt) >= startedAt && !mayStillPass(scene, current, ended, crashes)) {
    const cause = first === undefined ? {} : taskFailure(scene, first);
    return { failure: { service: key, reason: 'UPDATE_PAUSED', error: update.message, ...cause }, ...(update.state === 'paused' && crashes.length === 0 ? { held: service } : {}) };
  }
  if (first !== undefined) {
    const allowed = policy?.MaxAttempts ? Math.max(CRASHES, policy.MaxAttempts + 1) : CRASHES;
    const noImage = isImageRejection(first) && scene.imageProblem?.final === true;
    const final = policy?.Condition === 'none' && !job;
    const loops = [...Map.groupBy(crashes, place).values()].some((crashed) => crashed.length >= allowed);
    const givenUp = (policy?.MaxAttempts ?? 0) > 0 && [...Map.groupBy(ended, place)].some(([where, those]) => !current.some((task) => place(task) === where && !ENDED.has(task.state)) && isGivenUp(those, policy!, now));
    if (noImage || final || loops || givenUp) return { failure: taskFailure(scene, first) };
  }
  const waiting = unplaced(current);
  if (waiting.length > 0 && now - noNodeSince(scene, waiting) >= NO_NODE_MS) {
    const constraints = unmetConstraints(nodes, service.spec.TaskTemplate.Placement?.Constraints ?? []);
    const which = constraints.length === 0 ? '' : `: no node meets ${constraints.join(' and ')}`;
    return { failure: { service: key, reason: 'NO_SUITABLE_NODE', error: `${waiting[0]!.error}${which}`, taskId: waiting[0]!.id, state: 'pending', ...(constraints.length === 0 ? {} : { constraints }) } };
  }
  return undefined;
};

/**
 * Whether Swarm gave a place up in which nothing of this spec is alive: it makes the next task at once, and lets it wait for the delay. How often
 * it tried cannot always be counted, as it may count what it has forgotten since.
 */
const isGivenUp = (ended: readonly Task[], { MaxAttempts: most = 0, Delay: nanoseconds = DEFAULT_DELAY_NS }: NonNullable<Service['spec']['TaskTemplate']['RestartPolicy']>, now: number): boolean =>
  ended.length > most || now - Math.max(...ended.map((task) => task.since)) >= nanoseconds / 1e6 + GIVEN_UP_MS;

/** An update that paused for what a node was going through reaches no further place; those that it had reached are tried again. */
const mayStillPass = ({ tasks }: Scene, current: readonly Task[], ended: readonly Task[], crashes: readonly Task[]): boolean =>
  ended.length > 0 && crashes.length === 0 && tasks.every((task) => current.includes(task) || task.desiredState !== 'running');

/** A task is rejected for many reasons (a network that is not there yet, a mount); this one names the image. */
const isImageRejection = (task: Task): boolean => task.state === 'rejected' && /no such image|pull access denied|manifest|repository/i.test(task.error);

const taskFailure = ({ key, imageProblem }: Scene, task: Task): TaskFailure => {
  const noImage = isImageRejection(task);
  const words = task.error || task.message;
  const ended = task.state === 'complete' ? `the task ended with exit code ${task.exitCode ?? 0}, but the service is to keep running` : words;
  return {
    service: key,
    reason: noImage ? 'IMAGE_UNAVAILABLE' : task.state === 'rejected' ? 'TASK_REJECTED' : 'TASK_FAILED',
    error: noImage && imageProblem !== undefined ? `${words} (${imageProblem.words})` : ended,
    taskId: task.id,
    state: task.state,
    ...(task.nodeId === undefined ? {} : { nodeId: task.nodeId }),
    ...(task.slot === undefined ? {} : { slot: task.slot }),
    ...(task.exitCode === undefined || task.state === 'rejected' ? {} : { exitCode: task.exitCode }),
  };
};
