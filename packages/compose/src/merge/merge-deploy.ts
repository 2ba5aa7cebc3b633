import type { DeployModel, PlacementModel, ResourceModel, RestartPolicyModel } from '../model.ts';
import { present } from '../present.ts';
import { append, joined, nonZero } from './merge-values.ts';

/** `deploy` of two files. Counts (`replicas` and the like) are replaced even by an explicit 0; absent keys replace nothing. */
export const mergeDeploy = (base: DeployModel, override: DeployModel): DeployModel => ({
  ...base,
  ...override,
  ...present({
    labels: joined(base.labels, override.labels, (one, other) => ({ ...one, ...other })),
    updateConfig: joined(base.updateConfig, override.updateConfig, (one, other) => ({ ...one, ...other })),
    rollbackConfig: joined(base.rollbackConfig, override.rollbackConfig, (one, other) => ({ ...one, ...other })),
    resources: joined(base.resources, override.resources, (one, other) =>
      present({ limits: joined(one.limits, other.limits, mergeResource), reservations: joined(one.reservations, other.reservations, mergeResource) }),
    ),
    restartPolicy: joined(base.restartPolicy, override.restartPolicy, mergeRestartPolicy),
    placement: joined(base.placement, override.placement, mergePlacement),
  }),
});

const mergeResource = (base: ResourceModel, override: ResourceModel): ResourceModel =>
  present({ ...base, ...override, genericResources: append(base.genericResources, override.genericResources) });

const mergeRestartPolicy = (base: RestartPolicyModel, override: RestartPolicyModel): RestartPolicyModel => ({
  ...base,
  ...override,
  ...present({ delay: nonZero(base.delay, override.delay), window: nonZero(base.window, override.window) }),
});

const mergePlacement = (base: PlacementModel, override: PlacementModel): PlacementModel =>
  present({ ...base, ...override, constraints: append(base.constraints, override.constraints), preferences: append(base.preferences, override.preferences) });
