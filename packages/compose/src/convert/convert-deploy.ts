import { ComposeError } from '../errors.ts';
import type { DeployModel, PlacementModel, ResourceModel, UpdateConfigModel } from '../model.ts';
import { parseNanoCpus } from '../normalise/nano-cpus.ts';
import { present } from '../present.ts';
import type { Placement, Resources, ServiceMode, UpdateConfig } from '../spec/service-spec.ts';

/**
 * How many tasks, and whether they are meant to end.
 * @throws ComposeError for an unknown mode, and for replicas of a mode that has none.
 */
export const convertMode = ({ mode = 'replicated', replicas }: DeployModel): ServiceMode => {
  if ((mode === 'global' || mode === 'global-job') && replicas !== undefined) {
    throw new ComposeError('VALUE', 'replicas can only be used with replicated or replicated-job mode', { path: ['deploy', 'replicas'] });
  }
  switch (mode) {
    case 'global':
      return { Global: {} };
    case 'global-job':
      return { GlobalJob: {} };
    case 'replicated-job':
      return { ReplicatedJob: present({ MaxConcurrent: replicas, TotalCompletions: replicas }) };
    case 'replicated':
      return { Replicated: present({ Replicas: replicas }) };
    default:
      throw new ComposeError('VALUE', `Unknown mode: ${mode}`, { path: ['deploy', 'mode'] });
  }
};

/** @throws ComposeError for `cpus` that are no exact number. */
export const convertResources = ({ resources }: DeployModel): Resources =>
  present({
    Limits: resources?.limits && present({ ...amounts(resources.limits, 'limits'), Pids: resources.limits.pids }),
    Reservations:
      resources?.reservations &&
      present({
        ...amounts(resources.reservations, 'reservations'),
        GenericResources: resources.reservations.genericResources?.map(({ discrete }) =>
          discrete === undefined ? {} : { DiscreteResourceSpec: present({ Kind: discrete.kind, Value: discrete.value }) },
        ),
      }),
  });

const amounts = ({ cpus, memory }: ResourceModel, section: 'limits' | 'reservations') => ({ NanoCPUs: cpus === undefined ? undefined : nanoCpus(cpus, section) || undefined, MemoryBytes: memory });

const nanoCpus = (cpus: string, section: string): number => {
  try {
    return parseNanoCpus(cpus);
  } catch (cause) {
    throw new ComposeError('VALUE', (cause as Error).message, { path: ['deploy', 'resources', section, 'cpus'] });
  }
};

export const convertPlacement = ({ constraints, preferences, maxReplicas }: PlacementModel = {}): Placement =>
  present({
    Constraints: constraints,
    Preferences: preferences?.length === 0 ? undefined : preferences?.map(({ spread = '' }) => ({ Spread: { SpreadDescriptor: spread } })),
    MaxReplicas: maxReplicas,
  });

export const convertUpdateConfig = (config: UpdateConfigModel | undefined): UpdateConfig | undefined =>
  config && {
    Parallelism: config.parallelism ?? 1,
    ...present({ Delay: config.delay, FailureAction: config.failureAction, Monitor: config.monitor }),
    MaxFailureRatio: singlePrecision(config.maxFailureRatio ?? 0),
    Order: config.order ?? '',
  };

/** The engine's field has 32 bits; Go prints the shortest number that still means the same there. */
const singlePrecision = (value: number): number => {
  const rounded = Math.fround(value);
  for (let digits = 1; digits < 10; digits += 1) {
    const shorter = Number(rounded.toPrecision(digits));
    if (Math.fround(shorter) === rounded) return shorter;
  }
  return rounded;
};
