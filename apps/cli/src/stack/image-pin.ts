import type { EngineServiceSpec, Labels } from '@axion/compose';
import type { Engine, Service } from '@axion/docker-engine';
import { IMAGE_LABEL } from '@axion/compose';

export type ResolveImage = 'always' | 'changed' | 'never';

export interface PinOptions {
  readonly engine: Engine;
  readonly resolve: ResolveImage;
  /** The value of `X-Registry-Auth` for an image; `undefined` sends none. */
  readonly authFor: (image: string) => string | undefined;
  readonly onUnresolved: (image: string) => void;
}

/**
 * The spec with the image that is to run. Where the file's image is the one that runs already, `changed` and `never` keep
 * the running reference with its digest; where the registry is asked, the digest is added and the platforms become a
 * placement condition. A registry that does not answer leaves the tag, as Docker's client does.
 *
 * @param written the image exactly as in the file
 */
export const pinImage = async (spec: EngineServiceSpec, written: string, running: Service | undefined, options: PinOptions, signal?: AbortSignal): Promise<EngineServiceSpec> => {
  const labels: Labels = running?.spec.Labels ?? {};
  const unchanged = running !== undefined && labels[IMAGE_LABEL] === written;
  if (unchanged && options.resolve !== 'always') return withImage(spec, running.spec.TaskTemplate.ContainerSpec.Image);
  if (options.resolve === 'never') return spec;
  const image = spec.TaskTemplate.ContainerSpec.Image;
  try {
    const { digest, platforms } = await options.engine.distribution.inspect(image, options.authFor(image), signal);
    const pinned = withImage(spec, image.includes('@') ? image : `${image}@${digest}`);
    if (platforms.length === 0) return pinned;
    return { ...pinned, TaskTemplate: { ...pinned.TaskTemplate, Placement: { ...pinned.TaskTemplate.Placement, Platforms: platforms } } };
  } catch {
    options.onUnresolved(image);
    return spec;
  }
};

const withImage = (spec: EngineServiceSpec, image: string): EngineServiceSpec => ({
  ...spec,
  TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: image } },
});
