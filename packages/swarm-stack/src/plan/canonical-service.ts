import type { EngineServiceSpec } from '@axion/compose';
import { LABELS } from '../stack/labels.ts';

/** JSON data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Maps of the user's own strings: an empty value in them means something. */
const STRING_MAPS = new Set(['Labels', 'Options', 'DriverOpts', 'Sysctls']);
/** A `false` in them differs from nothing. */
const MEANINGFUL_FALSE = new Set(['Init']);
/** Sent by nobody's will or dropped by engines that are older than the field: no difference that an update could mend. */
const IGNORED = new Set(['StartInterval', 'OomScoreAdj', 'Subpath', 'Consistency', 'Runtime', 'ForceUpdate', 'Platforms', 'SecretID', 'ConfigID', 'ClusterOptions', 'ImageOptions']);
/** Labels that say when and by whom, not what. */
const BOOKKEEPING: ReadonlySet<string> = new Set([LABELS.deployment, LABELS.specHash]);

const isObject = (value: Json): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const isNothing = (value: Json): boolean =>
  value === null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

/** Drops what is the same as not being there, so that a spec as it was sent and as the engine gives it back compare equal. */
const pruned = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    if (IGNORED.has(key)) return [];
    const small = STRING_MAPS.has(key) ? inner : pruned(inner);
    return isNothing(small) && !(MEANINGFUL_FALSE.has(key) && small === false) ? [] : [[key, small]];
  });
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
};

const by = (...keys: readonly string[]) => (a: unknown, b: unknown): number => {
  const text = (value: unknown): string => keys.map((key) => JSON.stringify((value as Record<string, unknown>)[key] ?? '')).join();
  return text(a) < text(b) ? -1 : 1;
};

/** The engine takes anything else for its default. */
const ISOLATIONS = new Set(['default', 'process', 'hyperv']);
const DEFAULT_UPDATE = { FailureAction: 'pause', Order: 'stop-first' };

/**
 * A service's spec in the form in which two of them are compared: the engine's defaults filled in, references by name,
 * lists whose order means nothing sorted, empty values dropped.
 *
 * @param networkName the name behind a network's id, or the name itself
 */
export const canonicalService = (spec: EngineServiceSpec, networkName: (target: string) => string): JsonObject => {
  const { TaskTemplate: task, Mode, EndpointSpec, UpdateConfig, RollbackConfig } = spec;
  const { Secrets, Configs, Privileges, ...container } = task.ContainerSpec;
  const json = {
    Labels: Object.fromEntries(Object.entries(spec.Labels ?? {}).filter(([label]) => !BOOKKEEPING.has(label))),
    Mode: canonicalMode(Mode),
    EndpointSpec: {
      Mode: EndpointSpec?.Mode ?? 'vip',
      Ports: (EndpointSpec?.Ports ?? []).map((port) => ({ ...port, Protocol: port.Protocol ?? 'tcp', PublishMode: port.PublishMode === 'host' ? 'host' : 'ingress' })),
    },
    UpdateConfig: UpdateConfig && { ...UpdateConfig, FailureAction: UpdateConfig.FailureAction || DEFAULT_UPDATE.FailureAction, Order: UpdateConfig.Order || DEFAULT_UPDATE.Order },
    RollbackConfig: RollbackConfig && { ...RollbackConfig, FailureAction: RollbackConfig.FailureAction || DEFAULT_UPDATE.FailureAction, Order: RollbackConfig.Order || DEFAULT_UPDATE.Order },
    TaskTemplate: {
      ...task,
      RestartPolicy: task.RestartPolicy && { ...task.RestartPolicy, Condition: task.RestartPolicy.Condition || 'any' },
      Networks: (task.Networks ?? []).map((network) => ({ ...network, Target: networkName(network.Target) })).sort(by('Target')),
      ContainerSpec: {
        ...container,
        Isolation: ISOLATIONS.has(container.Isolation ?? '') ? container.Isolation : 'default',
        Secrets: (Secrets ?? []).toSorted(by('SecretName', 'File')),
        Configs: (Configs ?? []).toSorted(by('ConfigName', 'File')),
        CredentialSpec: Privileges?.CredentialSpec?.Config ? { Config: true } : (Privileges?.CredentialSpec ?? null),
        SELinuxContext: Privileges?.SELinuxContext ?? null,
      },
    },
  };
  // Through JSON, which drops what is undefined.
  return pruned(JSON.parse(JSON.stringify(json)) as Json) as JsonObject;
};

/** Zero replicas mean something, so the mode is one text. */
const canonicalMode = (mode: EngineServiceSpec['Mode']): string => {
  if (mode.Global !== undefined) return 'global';
  if (mode.GlobalJob !== undefined) return 'global-job';
  if (mode.ReplicatedJob !== undefined) return `replicated-job ${mode.ReplicatedJob.MaxConcurrent ?? 1}/${mode.ReplicatedJob.TotalCompletions ?? mode.ReplicatedJob.MaxConcurrent ?? 1}`;
  return `replicated ${mode.Replicated?.Replicas ?? 1}`;
};

/** The kind of a mode: the engine refuses to change it, so the service is replaced. */
export const modeKind = (mode: EngineServiceSpec['Mode']): string => canonicalMode(mode).split(' ')[0]!;
