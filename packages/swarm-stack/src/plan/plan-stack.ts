import type { EngineServiceSpec, StackService, StackSpec } from '@axion/compose';
import type { FileObject, Network, Service } from '@axion/docker-engine';
import type { ObservedStack } from '../observe/observed-stack.ts';
import { canonicalService, modeKind } from './canonical-service.ts';
import { changedFields } from './changed-fields.ts';
import { networkDifferences } from './network-differences.ts';
import type { RemovalStep, ServiceStep, Step } from './step.ts';

export interface PlanOptions {
  /** Give every service new tasks, also the unchanged ones: what their `ForceUpdate` becomes. Those that have it already got theirs. */
  readonly force?: number;
  /** Names of configs and secrets that stored revisions still need. */
  readonly keep?: ReadonlySet<string>;
  /** Remove what is no longer in the file; default true. Volumes are never removed. */
  readonly prune?: boolean;
  /** The file's owner allows a changed network to be replaced, with its services, where nothing else uses it. */
  readonly recreateNetworks?: boolean;
  /** As Docker's client: what exists is written anew, changed or not. It restarts no task of what is unchanged. */
  readonly rewrite?: boolean;
}

/**
 * What has to be done so that the engine has what is wanted: empty when nothing differs. Pure.
 * The order is that of execution; removals come last, and are executed once the new services run.
 */
export const planStack = (wanted: StackSpec, found: ObservedStack, options: PlanOptions = {}): readonly Step[] => {
  const networks = planNetworks(wanted, found, options.recreateNetworks === true);
  // Services of a replaced network are removed with it, so they are created like new ones.
  const removed = new Set(networks.flatMap((step) => (step.action === 'replace-network' ? step.services : [])));
  const left = { ...found, services: found.services.filter(({ id }) => !removed.has(id)) };
  return [...networks, ...planObjects(wanted, left, options)];
};

const planObjects = (wanted: StackSpec, found: ObservedStack, options: PlanOptions): readonly Step[] => [
  ...planFileObjects(wanted.secrets, found.fileObjects.secrets, options).map(({ spec, present }): Step => (present === undefined ? { action: 'create-secret', name: spec.Name, spec } : { action: 'relabel-secret', name: spec.Name, present, spec })),
  ...planFileObjects(wanted.configs, found.fileObjects.configs, options).map(({ spec, present }): Step => (present === undefined ? { action: 'create-config', name: spec.Name, spec } : { action: 'relabel-config', name: spec.Name, present, spec })),
  ...planServices(wanted.services, found, options),
  ...(options.prune === false ? [] : planRemovals(wanted, found, options.keep ?? new Set())),
];

const planNetworks = (wanted: StackSpec, found: ObservedStack, recreate: boolean): readonly Step[] => {
  const present = new Map<string, Network>(found.networks.map((network) => [network.name, network]));
  return wanted.networks.flatMap((spec): Step[] => {
    const network = present.get(spec.Name);
    if (network === undefined) return [{ action: 'create-network', name: spec.Name, spec }];
    const changed = networkDifferences(spec, network);
    if (changed.length === 0) return [];
    const users = found.networkUsers?.get(network.id) ?? [];
    const alone = users.every(({ name }) => found.services.some((service) => service.name === name));
    return recreate && found.networkUsers !== undefined && alone
      ? [{ action: 'replace-network', name: spec.Name, id: network.id, spec, changed, services: users.map(({ id }) => id) }]
      : [{ action: 'keep-network', name: spec.Name, changed }];
  });
};

/** What is not there yet; with `rewrite` also what is. */
const planFileObjects = <Spec extends { readonly Name: string }>(wanted: readonly Spec[], found: readonly FileObject[], { rewrite = false }: PlanOptions): readonly { readonly spec: Spec; readonly present: FileObject | undefined }[] => {
  const byName = new Map(found.map((object) => [object.name, object]));
  return wanted.map((spec) => ({ spec, present: byName.get(spec.Name) })).filter(({ present }) => present === undefined || rewrite);
};

const planServices = (services: readonly StackService[], found: ObservedStack, { force, rewrite = false }: PlanOptions): readonly ServiceStep[] => {
  const names = new Map([...found.ids.networks].map(([name, id]) => [id, name]));
  const networkName = (target: string): string => names.get(target) ?? target;
  const present = new Map<string, Service>(found.services.map((service) => [service.name, service]));
  return services.flatMap(({ key, spec }): ServiceStep[] => {
    const service = present.get(spec.Name);
    const marked = (mark: number): EngineServiceSpec => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: mark } });
    // Marked from the start: made anew, its tasks are new.
    if (service === undefined) return [{ action: 'create-service', key, name: spec.Name, spec: force === undefined ? spec : marked(force) }];
    const changed = [...changedFields(canonicalService(spec, networkName), canonicalService(service.spec, networkName))];
    const mark = service.spec.TaskTemplate.ForceUpdate ?? 0;
    if (force !== undefined && mark !== force) changed.push('TaskTemplate.ForceUpdate');
    if (changed.length === 0 && !rewrite) return [];
    const action = rewrite || modeKind(spec.Mode) === modeKind(service.spec.Mode) ? 'update-service' : 'replace-service';
    return [{ action, key, name: spec.Name, id: service.id, version: service.version, spec: marked(force ?? mark), changed }];
  });
};

const planRemovals = (wanted: StackSpec, found: ObservedStack, keep: ReadonlySet<string>): readonly RemovalStep[] => {
  const gone = (action: RemovalStep['action'], present: readonly { readonly id: string; readonly name: string }[], names: Iterable<string>): RemovalStep[] => {
    const needed = new Set([...names, ...keep]);
    return present.filter(({ name }) => !needed.has(name)).map(({ id, name }) => ({ action, id, name }));
  };
  return [
    ...gone('remove-service', found.services, wanted.services.map(({ spec }) => spec.Name)),
    ...gone('remove-network', found.networks, [...wanted.networks.map(({ Name }) => Name), ...wanted.external.networks]),
    ...gone('remove-secret', found.secrets, [...wanted.secrets.map(({ Name }) => Name), ...wanted.external.secrets]),
    ...gone('remove-config', found.configs, [...wanted.configs.map(({ Name }) => Name), ...wanted.external.configs]),
  ];
};
