import type { Engine } from '@axion/docker-engine';
import { authOf, bringUp } from '@axion/swarm-stack';
import type { BringUpOptions, BroughtUp } from '@axion/swarm-stack';
import type { StackInput } from '../stack/stack-input.ts';
import type { WantedStack } from '../stack/wanted-stack.ts';
import type { Workshop } from './workshop.ts';

export interface BringUpProjectOptions extends Pick<BringUpOptions, 'startedAt' | 'timeoutMs' | 'offSlot' | 'onPlan' | 'onProgress' | 'signal'> {
  /** Fenced: every write asks first whether the lease is still held. */
  readonly engine: Engine;
  readonly input: StackInput;
  readonly wanted: WantedStack;
  /** See `PlanOptions`. */
  readonly force?: number;
  /** Names of configs and secrets that stored revisions need. */
  readonly keep: ReadonlySet<string>;
}

/** `bringUp` under the rules of a project: its logins and images, the settings of this agent, the wishes of its file. */
export const bringUpProject = async ({ watch, clock, settings }: Pick<Workshop, 'watch' | 'clock' | 'settings'>, options: BringUpProjectOptions): Promise<BroughtUp> => {
  const { input, wanted, force, keep, ...rest } = options;
  const brought = await bringUp({
    ...rest,
    watch,
    clock,
    wanted,
    authFor: authOf(input.logins),
    ...(input.images === undefined ? {} : { images: input.images }),
    plan: { ...(force === undefined ? {} : { force }), keep, prune: settings.prune, recreateNetworks: wanted.axion.recreateNetworks },
  });
  return { ...brought, warnings: [...new Set([...wanted.warnings, ...brought.warnings])] };
};
