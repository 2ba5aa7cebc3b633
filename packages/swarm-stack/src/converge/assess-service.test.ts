import { describe, expect, test } from 'vitest';
import type { EngineServiceSpec, TaskTemplate } from '@axion/compose';
import type { Service, SwarmNode, Task } from '@axion/docker-engine';
import { assessService } from './assess-service.ts';

const START = 1_000_000;
const NOW = START + 60_000;
const node: SwarmNode = { id: 'n1', hostname: 'one', role: 'manager', state: 'ready', availability: 'active', labels: {}, engineLabels: {}, os: 'linux', architecture: 'x86_64', address: '', leader: true };

const template = (over: Partial<TaskTemplate> = {}): TaskTemplate => ({
  ContainerSpec: { Image: 'x:2', Labels: {}, Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false } },
  Resources: {},
  Placement: {},
  Networks: [],
  ForceUpdate: 0,
  ...over,
});
const service = (over: Partial<Omit<Service, 'spec'>> & { spec?: Partial<EngineServiceSpec> } = {}): Service => ({
  id: 's1',
  version: 1,
  name: 'axion-p_one',
  update: undefined,
  jobIteration: undefined,
  createdAt: '',
  updatedAt: '',
  ...over,
  spec: { Name: 'axion-p_one', Labels: {}, TaskTemplate: template(), Mode: { Replicated: { Replicas: 2 } }, EndpointSpec: {}, ...over.spec },
});
let count = 0;
const task = (over: Partial<Task> = {}): Task => {
  count += 1;
  return {
    id: `t${count}`,
    serviceId: 's1',
    nodeId: 'n1',
    slot: count,
    state: 'running',
    desiredState: 'running',
    message: '',
    error: '',
    exitCode: undefined,
    containerId: undefined,
    spec: template(),
    jobIteration: undefined,
    since: START + 10_000,
    createdAt: START + 1000,
    ...over,
  };
};
const old = (over: Partial<Task> = {}): Task => task({ spec: template({ ForceUpdate: 7 }), since: 0, createdAt: 0, ...over });
const failed = (over: Partial<Task> = {}): Task => task({ state: 'failed', desiredState: 'shutdown', error: 'task: non-zero exit (1)', exitCode: 1, ...over });
const verdict = (one: Service, tasks: readonly Task[], now = NOW, nodes = [node]) => assessService({ key: 'one', service: one, tasks, nodes, startedAt: START, now }).verdict;

describe('assessService', () => {
  test('tasks of the earlier revision do not count, also where they run well', () => {
    expect(verdict(service(), [old(), old()])).toEqual({ state: 'waiting', missing: 'one: 0 of 2 running' });
    expect(verdict(service(), [task(), old()])).toMatchObject({ state: 'waiting' });
    expect(verdict(service(), [task(), task(), old()])).toEqual({ state: 'waiting', missing: 'one: 1 tasks of the earlier revision still run' });
    expect(verdict(service(), [task(), task(), old({ desiredState: 'shutdown' })])).toEqual({ state: 'converged' });
  });

  test('running is believed after the monitor time', () => {
    expect(verdict(service(), [task(), task({ since: NOW - 1000 })])).toEqual({ state: 'monitoring', until: NOW + 4000 });
    expect(verdict(service({ spec: { UpdateConfig: { Parallelism: 1, Monitor: 5e8, MaxFailureRatio: 0, Order: '' } } }), [task(), task({ since: NOW - 1000 })])).toEqual({ state: 'converged' });
  });

  test('a task too many is waited for', () => {
    expect(verdict(service(), [task(), task(), task()])).toMatchObject({ state: 'waiting', missing: 'one: 1 tasks too many still run' });
  });

  test('zero replicas are there at once', () => {
    expect(verdict(service({ spec: { Mode: { Replicated: { Replicas: 0 } } } }), [])).toEqual({ state: 'converged' });
  });

  test('one crash is a hiccup, three of one replica are a loop; crashes of before are history', () => {
    const crashes = (n: number, over: Partial<Task> = {}): Task[] => Array.from({ length: n }, () => failed({ slot: 1, ...over }));
    expect(verdict(service(), [...crashes(1), task(), task()])).toEqual({ state: 'converged' });
    expect(verdict(service(), [...crashes(2), task(), task()])).toEqual({ state: 'converged' });
    expect(verdict(service(), [...crashes(3), task()])).toMatchObject({ state: 'failed', failure: { reason: 'TASK_FAILED', exitCode: 1, slot: 1 } });
    expect(verdict(service(), [failed({ slot: 1 }), failed({ slot: 2 }), failed({ slot: 3 }), task(), task()])).toEqual({ state: 'converged' });
    expect(verdict(service(), [...crashes(5, { since: START - 1, createdAt: START - 2 }), task(), task()])).toEqual({ state: 'converged' });
    expect(verdict(service({ spec: { TaskTemplate: template({ RestartPolicy: { MaxAttempts: 6 } }) } }), crashes(5, { spec: template({ RestartPolicy: { MaxAttempts: 6 } }) }), START + 12_000)).toMatchObject({ state: 'waiting' });
  });

  test('a place in which nothing lives any more is given up, however few ends of it are known', () => {
    const spec = template({ RestartPolicy: { Condition: 'on-failure', Delay: 100_000_000, MaxAttempts: 3 } });
    const one = service({ spec: { TaskTemplate: spec, Mode: { Replicated: { Replicas: 1 } } } });
    const crash = failed({ slot: 1, spec, since: NOW - 6000 });
    expect(verdict(one, [crash])).toMatchObject({ state: 'failed', failure: { reason: 'TASK_FAILED' } });
    expect(verdict(one, [crash], NOW - 2000)).toMatchObject({ state: 'waiting' });
    expect(verdict(one, [crash, task({ slot: 1, spec, state: 'ready', desiredState: 'ready' })])).toMatchObject({ state: 'waiting' });
  });

  test('an end with exit code 0 is a crash only where the service is to keep running', () => {
    const ended = (policy: TaskTemplate['RestartPolicy']) => {
      const spec = template(policy === undefined ? {} : { RestartPolicy: policy });
      return verdict(service({ spec: { TaskTemplate: spec, Mode: { Replicated: { Replicas: 1 } } } }), Array.from({ length: 3 }, () => task({ slot: 1, state: 'complete', desiredState: 'shutdown', exitCode: 0, spec })));
    };
    expect(ended(undefined)).toMatchObject({ state: 'failed', failure: { error: expect.stringContaining('exit code 0') as string } });
    expect(ended({ Condition: 'on-failure' })).toEqual({ state: 'converged' });
    expect(ended({ Condition: 'none' })).toEqual({ state: 'converged' });
  });

  test('a one-shot service that fails has failed; one that still runs is waited for', () => {
    const spec = template({ RestartPolicy: { Condition: 'none' } });
    const oneShot = service({ spec: { TaskTemplate: spec, Mode: { Replicated: { Replicas: 1 } } } });
    expect(verdict(oneShot, [failed({ spec })])).toMatchObject({ state: 'failed' });
    expect(verdict(oneShot, [task({ spec })])).toMatchObject({ state: 'waiting', missing: 'one: 0 of 1 completed' });
  });

  test('a job counts the completions of its present run', () => {
    const job = service({ jobIteration: 3, spec: { Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 2 } } } });
    const complete = (jobIteration: number): Task => task({ state: 'complete', desiredState: 'complete', jobIteration });
    expect(verdict(job, [complete(2), complete(2), complete(3)])).toMatchObject({ state: 'waiting', missing: expect.stringContaining('1 of 2 completed') as string });
    expect(verdict(job, [complete(3), complete(3)])).toEqual({ state: 'converged' });
  });

  test('a global service wants one task on each node that its constraints allow', () => {
    const global = (constraints: string[]) => service({ spec: { Mode: { Global: {} }, TaskTemplate: template({ Placement: { Constraints: constraints } }) } });
    expect(verdict(global([]), [])).toMatchObject({ state: 'waiting', missing: 'one: 0 of 1 running' });
    expect(verdict(global(['node.role == worker']), [])).toEqual({ state: 'converged' });
  });

  test('an update that the engine paused has failed, unless it was paused before the deployment', () => {
    const paused = (startedAt: number): Service => service({ update: { state: 'paused', message: 'update paused due to failure', startedAt: new Date(startedAt).toISOString() } });
    expect(verdict(paused(START + 1), [failed()])).toMatchObject({ state: 'failed', failure: { error: 'task: non-zero exit (1)' } });
    expect(verdict(paused(START + 1), [task(), task()])).toMatchObject({ state: 'failed', failure: { reason: 'UPDATE_PAUSED', error: 'update paused due to failure' } });
    expect(verdict(paused(START - 1), [task(), task()])).toEqual({ state: 'converged' });
  });

  test('only a rejection that names the image ends a deployment at once, and only when the registry has it not', () => {
    const rejected = (error: string): Task => task({ slot: 1, state: 'rejected', desiredState: 'shutdown', error });
    const judge = (error: string, final: boolean) => assessService({ key: 'one', service: service(), tasks: [rejected(error)], nodes: [node], startedAt: START, now: NOW, imageProblem: { words: 'manifest unknown', final } }).verdict;
    expect(judge('No such image: x:2', true)).toMatchObject({ state: 'failed', failure: { reason: 'IMAGE_UNAVAILABLE', error: 'No such image: x:2 (manifest unknown)' } });
    expect(judge('No such image: x:2', false)).toMatchObject({ state: 'waiting' });
    expect(judge('network axion-p_default not found', true)).toMatchObject({ state: 'waiting' });
  });

  test('what a node says that comes back from a kill is waited out, and told; only Swarm giving up ends it early', () => {
    const overlap = 'invalid pool request: Pool overlaps with other one on this address space';
    const rejected = (over: Partial<Task> = {}): Task => task({ slot: 1, state: 'rejected', desiredState: 'shutdown', error: overlap, ...over });
    const four = [1, 2, 3, 4].map(() => rejected());
    expect(verdict(service(), [...four, task()])).toEqual({ state: 'waiting', missing: `one: 1 of 2 running (rejected before: ${overlap})` });
    expect(verdict(service(), [...four, task(), task()])).toEqual({ state: 'converged' });
    expect(verdict(service(), [...four, failed({ slot: 1 }), failed({ slot: 1 })])).toMatchObject({ state: 'waiting' });
    expect(verdict(service(), [...four, ...[1, 2, 3].map(() => failed({ slot: 1 }))])).toMatchObject({ state: 'failed', failure: { error: 'task: non-zero exit (1)' } });
    const policy = (restart: TaskTemplate['RestartPolicy']) => {
      const spec = template(restart === undefined ? {} : { RestartPolicy: restart });
      return verdict(service({ spec: { TaskTemplate: spec } }), [rejected({ spec }), rejected({ spec })], START + 12_000);
    };
    expect(policy({ MaxAttempts: 3 })).toMatchObject({ state: 'waiting' });
    expect(policy({ MaxAttempts: 1 })).toMatchObject({ state: 'failed', failure: { reason: 'TASK_REJECTED', error: overlap } });
    expect(policy({ Condition: 'none' })).toMatchObject({ state: 'failed', failure: { reason: 'TASK_REJECTED' } });
    const paused = service({ update: { state: 'paused', message: 'update paused', startedAt: new Date(START + 1).toISOString() } });
    expect(verdict(paused, [rejected(), task(), task()])).toEqual({ state: 'converged' });
    expect(verdict(paused, [rejected(), task(), old()])).toMatchObject({ state: 'failed', failure: { reason: 'TASK_REJECTED', error: overlap } });
  });

  test('a place that is just being freed is waited for before "no suitable node" counts', () => {
    const pending = task({ state: 'pending', error: 'no suitable node (host-mode port already in use on 1 node)', createdAt: START, since: START });
    const one = service({ spec: { Mode: { Replicated: { Replicas: 1 } } } });
    expect(verdict(one, [pending, old({ desiredState: 'shutdown' })], START + 50_000)).toMatchObject({ state: 'waiting' });
    expect(verdict(one, [pending, old({ desiredState: 'shutdown', state: 'shutdown', since: START + 45_000 })], START + 50_000)).toMatchObject({ state: 'waiting', until: START + 57_000 });
    expect(verdict(one, [pending], START + 50_000)).toMatchObject({ state: 'failed', failure: { reason: 'NO_SUITABLE_NODE' } });
  });

  test('a node that comes back after a start of its machine is waited for; one that was drained is not', () => {
    const pending = task({ state: 'pending', error: 'no suitable node (1 node not available for new tasks)', createdAt: START, since: START });
    const one = service({ spec: { Mode: { Replicated: { Replicas: 1 } } } });
    const on = (over: Partial<SwarmNode>) => verdict(one, [pending], START + 50_000, [{ ...node, ...over }]);
    expect(on({ state: 'down' })).toMatchObject({ state: 'waiting' });
    expect(on({ state: 'unknown' })).toMatchObject({ state: 'waiting' });
    expect(on({ changedAt: START + 45_000 })).toMatchObject({ state: 'waiting', until: START + 57_000 });
    expect(on({ changedAt: START + 10_000 })).toMatchObject({ state: 'failed', failure: { reason: 'NO_SUITABLE_NODE' } });
    expect(on({ availability: 'drain' })).toMatchObject({ state: 'failed', failure: { reason: 'NO_SUITABLE_NODE' } });
  });
});
