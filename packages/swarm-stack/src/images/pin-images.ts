import { asAxionError, Lanes } from '@axion/core';
import type { AxionError } from '@axion/core';
import { IMAGE_LABEL } from '@axion/compose';
import type { EngineServiceSpec, StackSpec } from '@axion/compose';
import { isEngineAway } from '@axion/docker-engine';
import type { Distribution, Platform, Service } from '@axion/docker-engine';
import type { AuthFor } from './registry-auth.ts';

/** An image as it was resolved: what is put on the engine in place of a tag that may move. */
export interface PinnedImage {
  readonly image: string;
  readonly platforms: readonly Platform[];
}

/** When a registry is asked: for every image, for those that the file changed, or never (what runs is kept, else the tag is used). */
export type ResolveImage = 'always' | 'changed' | 'never';

export interface PinOptions {
  readonly registry: Distribution;
  readonly authFor: AuthFor;
  /** Default `always`. */
  readonly resolve?: ResolveImage;
  /** Images of a stored revision, by image as the file has it: they are taken as they were. */
  readonly known?: Readonly<Record<string, PinnedImage>>;
  /** Where the registry cannot say, a service that runs the same image already keeps it. Default true; Docker's client goes back to the tag. */
  readonly keepRunning?: boolean;
}

export interface PinnedStack<Stack extends StackSpec> {
  readonly wanted: Stack;
  /** What was resolved, by image as the file has it. */
  readonly images: Readonly<Record<string, PinnedImage>>;
  /** What registries said of images that could not be resolved. */
  readonly problems: ReadonlyMap<string, AxionError>;
}

const SIDE_BY_SIDE = 8;
/** An image with a digest is pinned already; its registry is asked for the platforms only, and not for long. */
const PLATFORMS_MS = 5000;
const hasDigest = (image: string): boolean => image.includes('@sha256:');

/**
 * Pins images to what their registries have now, as `docker stack deploy` does: a digest in place of a tag that may move,
 * and the platforms it can run on. Where the registry cannot say, a node may still have the image.
 */
export const pinImages = async <Stack extends StackSpec>(wanted: Stack, running: readonly Service[], options: PinOptions, signal: AbortSignal): Promise<PinnedStack<Stack>> => {
  const { registry, authFor, resolve = 'always', keepRunning = true } = options;
  const images = new Map<string, PinnedImage>(Object.entries(options.known ?? {}));
  const problems = new Map<string, AxionError>();
  const byName = new Map(running.map((service) => [service.name, service]));
  const kept = ({ Name, Labels }: EngineServiceSpec): Service | undefined => {
    const service = byName.get(Name);
    return service !== undefined && service.spec.Labels[IMAGE_LABEL] === Labels[IMAGE_LABEL] ? service : undefined;
  };
  const asked = resolve === 'never' ? [] : wanted.services.filter(({ spec }) => resolve === 'always' || kept(spec) === undefined);
  const open = new Set(asked.map(({ spec }) => spec.TaskTemplate.ContainerSpec.Image).filter((image) => !images.has(image)));
  const lookUp = async (image: string): Promise<void> => {
    const limit = hasDigest(image) ? AbortSignal.any([signal, AbortSignal.timeout(PLATFORMS_MS)]) : signal;
    try {
      const { digest, platforms } = await registry.inspect(image, authFor(image), limit);
      images.set(image, { image: hasDigest(image) ? image : `${image}@${digest}`, platforms });
    } catch (error) {
      signal.throwIfAborted();
      if (hasDigest(image)) return;
      if (isEngineAway(error) && asAxionError(error).reason !== 'ENGINE_DEADLINE') throw error;
      problems.set(image, asAxionError(error));
    }
  };
  const lanes = new Lanes(SIDE_BY_SIDE);
  await Promise.all([...open].map((image) => lanes.run(image, () => lookUp(image))));
  const pinned = (spec: EngineServiceSpec): EngineServiceSpec => {
    const service = kept(spec);
    const own = service === undefined ? undefined : { image: service.spec.TaskTemplate.ContainerSpec.Image, platforms: service.spec.TaskTemplate.Placement?.Platforms ?? [] };
    if (resolve !== 'always' && own !== undefined) return withImage(spec, { ...own, platforms: [] });
    const { Image: image } = spec.TaskTemplate.ContainerSpec;
    const found = images.get(image) ?? (keepRunning && own?.image.replace(/@sha256:.*$/, '') === image ? own : undefined);
    return found === undefined ? spec : withImage(spec, found);
  };
  return { wanted: { ...wanted, services: wanted.services.map((service) => ({ ...service, spec: pinned(service.spec) })) }, images: Object.fromEntries(images), problems };
};

const withImage = (spec: EngineServiceSpec, { image, platforms }: PinnedImage): EngineServiceSpec => ({
  ...spec,
  TaskTemplate: {
    ...spec.TaskTemplate,
    ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: image },
    Placement: { ...spec.TaskTemplate.Placement, ...(platforms.length === 0 ? {} : { Platforms: platforms }) },
  },
});
