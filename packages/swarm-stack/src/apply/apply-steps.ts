import { AxionError, Lanes, systemClock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { AuthFor } from '../images/registry-auth.ts';
import type { Step, StepOf } from '../plan/step.ts';
import type { Ids } from './ids.ts';

export interface ApplyContext {
  readonly engine: Engine;
  readonly ids: Ids;
  readonly authFor: AuthFor;
  readonly onWarning: (text: string) => void;
  readonly signal: AbortSignal;
}

type Executors = { readonly [A in Step['action']]: (step: StepOf<A>, context: ApplyContext) => Promise<void> };

/** A network is in use until the last task of its services is gone: stop grace and a little more. */
const NETWORK_FREE_MS = 45_000;
const AGAIN_MS = 300;

/** Until its name is free again: the swarm forgets a network at once, its nodes only when the last container has left it. */
const removeNetwork = async (engine: Engine, id: string, signal: AbortSignal): Promise<void> => {
  const until = performance.now() + NETWORK_FREE_MS;
  for (;;) {
    try {
      await engine.networks.remove(id, signal);
      if ((await engine.networks.list({ id: [id] }, signal)).length === 0) return;
    } catch (error) {
      if (!(error instanceof AxionError) || error.reason !== 'IN_USE' || performance.now() >= until) throw error;
    }
    if (performance.now() >= until) throw new AxionError('DEADLINE_EXCEEDED', `network ${id} is still in use ${NETWORK_FREE_MS / 1000} s after its services were removed`, { reason: 'STUCK' });
    await systemClock.sleep(AGAIN_MS, signal);
  }
};

/** The engine works on so many requests at a time without getting slower. */
const SIDE_BY_SIDE = 8;

const warn = (warnings: readonly string[], { onWarning }: ApplyContext): void => warnings.forEach(onWarning);

/** From step to what is asked of the engine. */
const EXECUTORS: Executors = {
  'create-network': async ({ name, spec }, { engine, ids, signal }) => void ids.networks.set(name, await engine.networks.create(spec, signal)),
  'replace-network': async ({ name, id, spec, services }, { engine, ids, signal }) => {
    for (const service of services) await engine.services.remove(service, signal);
    await removeNetwork(engine, id, signal);
    ids.networks.set(name, await engine.networks.create(spec, signal));
  },
  'keep-network': async () => undefined,
  'create-secret': async ({ name, spec }, { engine, ids, signal }) => void ids.secrets.set(name, await engine.secrets.create(spec, signal)),
  'create-config': async ({ name, spec }, { engine, ids, signal }) => void ids.configs.set(name, await engine.configs.create(spec, signal)),
  'relabel-secret': ({ present, spec }, { engine, signal }) => engine.secrets.update(present, spec, signal),
  'relabel-config': ({ present, spec }, { engine, signal }) => engine.configs.update(present, spec, signal),
  'create-service': async ({ spec }, context) => {
    const { engine, ids, authFor, signal } = context;
    warn((await engine.services.create(ids.bind(spec), authFor(spec.TaskTemplate.ContainerSpec.Image), signal)).warnings, context);
  },
  'update-service': async ({ id, version, spec }, context) => {
    const { engine, ids, authFor, signal } = context;
    warn(await engine.services.update({ id, version }, ids.bind(spec), authFor(spec.TaskTemplate.ContainerSpec.Image), signal), context);
  },
  'replace-service': async (step, context) => {
    await context.engine.services.remove(step.id, context.signal);
    await EXECUTORS['create-service']({ action: 'create-service', key: step.key, name: step.name, spec: step.spec }, context);
  },
  'remove-service': ({ id }, { engine, signal }) => engine.services.remove(id, signal),
  'remove-network': ({ id }, { engine, signal }) => engine.networks.remove(id, signal),
  'remove-secret': ({ id }, { engine, signal }) => engine.secrets.remove(id, signal),
  'remove-config': ({ id }, { engine, signal }) => engine.configs.remove(id, signal),
};

export const applyStep = (step: Step, context: ApplyContext): Promise<void> => (EXECUTORS[step.action] as (step: Step, context: ApplyContext) => Promise<void>)(step, context);

/** Applies steps that do not depend on each other, some at a time. All are tried; the first error is thrown afterwards. */
export const applyAll = async (steps: readonly Step[], context: ApplyContext): Promise<void> => {
  const lanes = new Lanes(SIDE_BY_SIDE);
  const results = await Promise.allSettled(steps.map((step) => lanes.run(`${step.action} ${step.name}`, () => applyStep(step, context))));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Networks, secrets and configs: what services refer to goes first. */
export const applyFoundations = (steps: readonly Step[], context: ApplyContext): Promise<void> =>
  applyAll(steps.filter(({ action }) => action === 'create-network' || action === 'replace-network' || action === 'create-secret' || action === 'create-config'), context);

/** Somebody changed the engine between the look and the step: the plan is made again from a new look. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof AxionError && (error.reason === 'UPDATE_OUT_OF_SEQUENCE' || error.reason === 'NAME_IN_USE' || (error.code === 'NOT_FOUND' && error.reason === 'NOT_FOUND'));
