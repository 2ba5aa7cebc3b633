import type { DeployModel, PlacementModel, ResourceModel, RestartPolicyModel, UpdateConfigModel } from '../model.ts';
import { present } from '../present.ts';
import type { Fields } from './fields.ts';

/** The `deploy` key of a service; null counts as absent. */
export const deployOf = (service: Fields): DeployModel | undefined => {
  const fields = service.at('deploy');
  if (fields === undefined) return undefined;
  const resources = fields.at('resources');
  return present({
    mode: fields.text('mode'),
    replicas: fields.count('replicas'),
    labels: fields.stringMap('labels'),
    updateConfig: updateConfig(fields.at('update_config')),
    rollbackConfig: updateConfig(fields.at('rollback_config')),
    resources: resources && present({ limits: resource(resources.at('limits'), 'Limits'), reservations: resource(resources.at('reservations'), 'Reservations') }),
    restartPolicy: restartPolicy(fields.at('restart_policy')),
    placement: placement(fields.at('placement')),
    endpointMode: fields.text('endpoint_mode'),
  });
};

const updateConfig = (fields: Fields | undefined): UpdateConfigModel | undefined =>
  fields &&
  present({
    parallelism: fields.count('parallelism'),
    delay: fields.duration('delay') || undefined,
    failureAction: fields.text('failure_action'),
    monitor: fields.duration('monitor') || undefined,
    maxFailureRatio: fields.fraction('max_failure_ratio'),
    order: fields.text('order'),
  });

const resource = (fields: Fields | undefined, goName: string): ResourceModel | undefined =>
  fields &&
  present({
    cpus: fields.text('cpus'),
    memory: fields.bytes('memory', `Deploy.Resources.${goName}.memory`),
    pids: fields.whole('pids'),
    genericResources: fields.items('generic_resources')?.map((item) => {
      const discrete = item.at('discrete_resource_spec');
      return discrete === undefined ? {} : { discrete: present({ kind: discrete.text('kind'), value: discrete.whole('value') }) };
    }),
  });

const restartPolicy = (fields: Fields | undefined): RestartPolicyModel | undefined =>
  fields &&
  present({ condition: fields.text('condition'), delay: fields.duration('delay'), maxAttempts: fields.count('max_attempts'), window: fields.duration('window') });

const placement = (fields: Fields | undefined): PlacementModel | undefined =>
  fields &&
  present({
    constraints: fields.texts('constraints'),
    preferences: fields.items('preferences')?.map((item) => present({ spread: item.text('spread') })),
    maxReplicas: fields.count('max_replicas_per_node') || undefined,
  });
