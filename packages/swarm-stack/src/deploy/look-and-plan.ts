import type { StackSpec } from '@axion/compose';
import type { AxionError } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { pinImages } from '../images/pin-images.ts';
import type { PinnedImage } from '../images/pin-images.ts';
import type { AuthFor } from '../images/registry-auth.ts';
import { observeStack } from '../observe/observe-stack.ts';
import type { ObservedStack } from '../observe/observed-stack.ts';
import { planStack } from '../plan/plan-stack.ts';
import type { PlanOptions } from '../plan/plan-stack.ts';
import type { Step } from '../plan/step.ts';
import { checkExternals } from './check-externals.ts';

export interface LookOptions {
  readonly engine: Engine;
  readonly wanted: StackSpec;
  readonly authFor: AuthFor;
  /** Images of a stored revision. */
  readonly images?: Readonly<Record<string, PinnedImage>>;
  readonly plan: PlanOptions;
  readonly signal: AbortSignal;
}

export interface Look {
  readonly found: ObservedStack;
  /** With its images pinned. */
  readonly wanted: StackSpec;
  readonly images: Readonly<Record<string, PinnedImage>>;
  /** What registries said of images that could not be resolved. */
  readonly problems: ReadonlyMap<string, AxionError>;
  readonly steps: readonly Step[];
}

/**
 * Looks at the engine and plans from what is there. Changes nothing.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` where this node manages no swarm, or something external is missing
 */
export const lookAndPlan = async (options: LookOptions): Promise<Look> => {
  const { engine, authFor, plan, signal } = options;
  await engine.swarm.assertManager(signal);
  const found = await observeStack(engine, options.wanted.namespace, signal, { networkUsers: plan.recreateNetworks === true });
  checkExternals(options.wanted, found);
  const pins = { registry: engine.distribution, authFor, ...(options.images === undefined ? {} : { known: options.images }) };
  const { wanted, images, problems } = await pinImages(options.wanted, found.services, pins, signal);
  return { found, wanted, images, problems, steps: planStack(wanted, found, plan) };
};
