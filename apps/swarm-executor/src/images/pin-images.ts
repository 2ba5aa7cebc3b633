import { asAxionError, Lanes } from '@axion/core';
import type { AxionError } from '@axion/core';
import { IMAGE_LABEL } from '@axion/compose';
import type { EngineServiceSpec } from '@axion/compose';
import { isEngineAway, loginFor, registryAuthHeader } from '@axion/docker-engine';
import type { Distribution, RegistryLogin, Service } from '@axion/docker-engine';
import type { PinnedImage } from '../stack/stack-input.ts';
import type { WantedStack } from '../stack/wanted-stack.ts';

export interface PinnedStack {
  readonly wanted: WantedStack;
  /** What was resolved, by image as the file has it. */
  readonly images: Readonly<Record<string, PinnedImage>>;
  /** What registries said of images that could not be resolved. */
  readonly problems: ReadonlyMap<string, AxionError>;
}

const SIDE_BY_SIDE = 8;
const hasDigest = (image: string): boolean => image.includes('@sha256:');

/**
 * Pins every image to what its registry has now, as `docker stack deploy` does: a digest in place of a tag that may move,
 * and the platforms it can run on. Where the registry cannot say, a service that already runs the same image keeps it;
 * else the tag is used, because a node may have the image.
 *
 * @param known images of a stored revision, which are taken as they were
 */
export const pinImages = async (
  wanted: WantedStack,
  running: readonly Service[],
  options: { readonly registry: Distribution; readonly logins: readonly RegistryLogin[]; readonly known?: Readonly<Record<string, PinnedImage>> },
  signal: AbortSignal,
): Promise<PinnedStack> => {
  const images = new Map<string, PinnedImage>(Object.entries(options.known ?? {}));
  const problems = new Map<string, AxionError>();
  const open = new Set(wanted.services.map(({ spec }) => spec.TaskTemplate.ContainerSpec.Image).filter((image) => !images.has(image) && !hasDigest(image)));
  const lanes = new Lanes(SIDE_BY_SIDE);
  await Promise.all(
    [...open].map((image) =>
      lanes.run(image, async () => {
        try {
          const login = loginFor(image, options.logins);
          const { digest, platforms } = await options.registry.inspect(image, login === undefined ? undefined : registryAuthHeader(login), signal);
          images.set(image, { image: `${image}@${digest}`, platforms });
        } catch (error) {
          signal.throwIfAborted();
          if (isEngineAway(error) && asAxionError(error).reason !== 'ENGINE_DEADLINE') throw error;
          problems.set(image, asAxionError(error));
        }
      }),
    ),
  );
  const byName = new Map(running.map((service) => [service.name, service]));
  return {
    wanted: { ...wanted, services: wanted.services.map((service) => ({ ...service, spec: pinned(service.spec, images, byName.get(service.spec.Name)) })) },
    images: Object.fromEntries(images),
    problems,
  };
};

const pinned = (spec: EngineServiceSpec, images: ReadonlyMap<string, PinnedImage>, running: Service | undefined): EngineServiceSpec => {
  const { Image: image } = spec.TaskTemplate.ContainerSpec;
  const kept = running?.spec.Labels[IMAGE_LABEL] === spec.Labels[IMAGE_LABEL] ? running?.spec.TaskTemplate : undefined;
  const found = images.get(image) ?? (kept === undefined ? undefined : { image: kept.ContainerSpec.Image, platforms: kept.Placement?.Platforms ?? [] });
  if (found === undefined) return spec;
  return {
    ...spec,
    TaskTemplate: {
      ...spec.TaskTemplate,
      ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: found.image },
      Placement: { ...spec.TaskTemplate.Placement, ...(found.platforms.length === 0 ? {} : { Platforms: found.platforms }) },
    },
  };
};
