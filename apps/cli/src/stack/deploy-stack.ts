import type { StackSpec } from '@axion/compose';
import { systemClock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { applyStep, Ids, pinImages, planStack } from '@axion/swarm-stack';
import type { AuthFor, ObservedStack, ResolveImage, Step } from '@axion/swarm-stack';
import { asDocker } from './docker-words.ts';
import type { StackReport } from './stack-report.ts';

export interface DeployOptions {
  readonly engine: Engine;
  /** What is there of the stack, as it was just seen. */
  readonly found: ObservedStack;
  readonly prune: boolean;
  readonly resolveImage: ResolveImage;
  readonly authFor: AuthFor;
  readonly report: StackReport;
}

/** A deployed stack as it was sent, and when that began (milliseconds since 1970). */
export interface DeployedStack {
  readonly wanted: StackSpec;
  readonly startedAt: number;
}

/** Docker's client removes first, and services alone; then it makes what they need, then the services. */
const ORDER = ['remove-service', 'create-network', 'keep-network', 'create-secret', 'relabel-secret', 'create-config', 'relabel-config', 'create-service', 'update-service'];

/**
 * Puts a stack on the engine as `docker stack deploy` does: the executor's plan and steps, in the client's order and one
 * after the other, with the client's words; what exists is written anew, changed or not.
 */
export const deployStack = async (stack: StackSpec, { engine, found, prune, resolveImage, authFor, report }: DeployOptions, signal: AbortSignal): Promise<DeployedStack> => {
  const startedAt = systemClock.now();
  const { wanted, problems } = await pinImages(stack, found.services, { registry: engine.distribution, authFor, resolve: resolveImage, keepRunning: false }, signal);
  const steps = planStack(wanted, found, { prune, rewrite: true }).filter(({ action }) => ORDER.includes(action));
  const context = { engine, ids: new Ids(found.ids), authFor, onWarning: (text: string) => report.warn(text), signal };
  for (const step of steps.toSorted((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action))) {
    const line = announcement(step);
    if (line !== undefined) report.done(line);
    if (step.action === 'keep-network') {
      report.warn(`network ${step.name} differs from the file (${step.changed.join(', ')}) and stays as it is: remove the stack first to have it changed`);
    } else if (step.action === 'remove-service') {
      // Told and passed over, as Docker's client does.
      await applyStep(step, context).catch((error: unknown) => report.warn(`Failed to remove service ${step.id}: ${(error as Error).message}`));
    } else {
      if (step.action === 'update-service') warnOfImage(step.spec.TaskTemplate.ContainerSpec.Image, problems, report);
      await asDocker(`failed to ${attempt(step)} ${step.name}`, applyStep(step, context));
    }
  }
  return { wanted, startedAt };
};

const noun = (step: Step): string => step.action.split('-')[1]!;

const announcement = (step: Step): string | undefined => {
  if (step.action.startsWith('create-')) return `Creating ${noun(step)} ${step.name}`;
  if (step.action === 'update-service') return `Updating service ${step.name} (id: ${step.id})`;
  return step.action === 'remove-service' ? `Removing service ${step.name}` : undefined;
};

const attempt = (step: Step): string => `${step.action.startsWith('create-') ? 'create' : 'update'} ${noun(step)}`;

/** Docker's client says so on an update only; a first deploy with an unreachable registry may be meant. */
const warnOfImage = (image: string, problems: ReadonlyMap<string, unknown>, report: StackReport): void => {
  if (problems.has(image)) {
    report.warn(`image ${image} could not be accessed on a registry to record its digest. Each node will access ${image} independently, possibly leading to different nodes running different versions of the image.`);
  }
};
