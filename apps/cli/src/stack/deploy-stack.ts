import { bindReferences, IMAGE_LABEL, NAMESPACE_LABEL } from '@axion/compose';
import type { StackService, StackSpec } from '@axion/compose';
import type { Engine, FileObject, FileObjects, Service } from '@axion/docker-engine';
import { asDocker } from './docker-words.ts';
import { pinImage } from './image-pin.ts';
import type { ResolveImage } from './image-pin.ts';
import type { StackReport } from './stack-report.ts';

export interface DeployOptions {
  readonly engine: Engine;
  readonly prune: boolean;
  readonly resolveImage: ResolveImage;
  /** The value of `X-Registry-Auth` for an image; `undefined` sends none. */
  readonly authFor: (image: string) => string | undefined;
  readonly report: StackReport;
}

/** The filter for what belongs to a stack. */
export const ofStack = (namespace: string): { readonly label: readonly string[] } => ({ label: [`${NAMESPACE_LABEL}=${namespace}`] });

/**
 * Puts a stack on the engine in the order of `docker stack deploy`: prune, networks, secrets, configs, services.
 *
 * @returns the ids of its services, in the file's order
 */
export const deployStack = async (stack: StackSpec, options: DeployOptions, signal: AbortSignal): Promise<readonly string[]> => {
  const { engine, report } = options;
  if (options.prune) await pruneServices(stack, options, signal);
  await createNetworks(stack, options, signal);
  const secrets = await putFileObjects('secret', engine.secrets, stack.secrets, stack.external.secrets, report, signal);
  const configs = await putFileObjects('config', engine.configs, stack.configs, stack.external.configs, report, signal);
  const running = new Map((await engine.services.list(ofStack(stack.namespace), signal)).map((service) => [service.name, service]));
  const ids: string[] = [];
  for (const service of stack.services) {
    const spec = bindReferences(service.spec, { networks: new Map(), secrets, configs });
    ids.push(await putService({ ...service, spec }, running.get(spec.Name), options, signal));
  }
  return ids;
};

/** Services of the stack that its file no longer names. A failure is told and passed over, as Docker's client does. */
const pruneServices = async ({ namespace, services }: StackSpec, { engine, report }: DeployOptions, signal: AbortSignal): Promise<void> => {
  const wanted = new Set(services.map(({ spec }) => spec.Name));
  const extra = (await engine.services.list(ofStack(namespace), signal)).filter(({ name }) => !wanted.has(name));
  for (const { id, name } of extra.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    report.done(`Removing service ${name}`);
    await engine.services.remove(id, signal).catch((error: unknown) => report.warn(`Failed to remove service ${id}: ${(error as Error).message}`));
  }
};

/** Networks that are there already are left as they are. */
const createNetworks = async ({ namespace, networks }: StackSpec, { engine, report }: DeployOptions, signal: AbortSignal): Promise<void> => {
  const present = new Set((await engine.networks.list(ofStack(namespace), signal)).map(({ name }) => name));
  for (const network of networks.filter(({ Name }) => !present.has(Name))) {
    report.done(`Creating network ${network.Name}`);
    await asDocker(`failed to create network ${network.Name}`, engine.networks.create(network, signal));
  }
};

/** Creates or relabels secrets or configs; returns the ids of these and of the external ones that services refer to. */
const putFileObjects = async <Spec extends { readonly Name: string }>(
  kind: 'secret' | 'config',
  objects: FileObjects<Spec>,
  specs: readonly Spec[],
  external: readonly string[],
  report: StackReport,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  const names = [...specs.map(({ Name }) => Name), ...external];
  if (names.length === 0) return new Map();
  const found = new Map<string, FileObject>((await objects.list({ name: names }, signal)).map((object) => [object.name, object]));
  const ids = new Map([...found].map(([name, { id }]) => [name, id]));
  for (const spec of specs) {
    const present = found.get(spec.Name);
    if (present === undefined) {
      report.done(`Creating ${kind} ${spec.Name}`);
      ids.set(spec.Name, await asDocker(`failed to create ${kind} ${spec.Name}`, objects.create(spec, signal)));
    } else {
      await asDocker(`failed to update ${kind} ${spec.Name}`, objects.update(present, spec, signal));
    }
  }
  return ids;
};

const putService = async (service: StackService, running: Service | undefined, options: DeployOptions, signal: AbortSignal): Promise<string> => {
  const { engine, report, resolveImage, authFor } = options;
  const { Name: name } = service.spec;
  // Docker's client says so on an update only; a first deploy with an unreachable registry may be meant.
  const onUnresolved = (image: string): void => {
    if (running !== undefined) report.warn(`image ${image} could not be accessed on a registry to record its digest. Each node will access ${image} independently, possibly leading to different nodes running different versions of the image.`);
  };
  const labelled = { ...service.spec, Labels: { ...service.spec.Labels, [IMAGE_LABEL]: service.image } };
  const spec = await pinImage(labelled, service.image, running, { engine, resolve: resolveImage, authFor, onUnresolved }, signal);
  const auth = authFor(spec.TaskTemplate.ContainerSpec.Image);
  if (running === undefined) {
    report.done(`Creating service ${name}`);
    const { id, warnings } = await asDocker(`failed to create service ${name}`, engine.services.create(spec, auth, signal));
    warnings.forEach((warning) => report.warn(warning));
    return id;
  }
  report.done(`Updating service ${name} (id: ${running.id})`);
  // A forced update that somebody asked for by hand stays counted, else it would roll the tasks once more.
  const kept = { ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: running.spec.TaskTemplate.ForceUpdate ?? 0 } };
  const updated = await asDocker(`failed to update service ${name}`, engine.services.update(running, kept, auth, signal));
  updated.forEach((warning) => report.warn(warning));
  return running.id;
};
