import type { EngineCalls } from './engine-calls.ts';
import { checkedImage } from './image-reference.ts';

export interface Platform {
  readonly Architecture?: string;
  readonly OS?: string;
}

/** What a registry says of an image. */
export interface ImageDistribution {
  /** `sha256:…` of the manifest, or of the list of manifests. */
  readonly digest: string;
  readonly platforms: readonly Platform[];
}

interface DistributionAnswer {
  readonly Descriptor: { readonly digest: string };
  readonly Platforms?: readonly { readonly architecture?: string; readonly os?: string }[] | null;
}

export interface Distribution {
  /** Asks the image's registry, through the engine. `NOT_FOUND`, `PERMISSION_DENIED` or `UNAVAILABLE` with the registry's words; `INVALID_ARGUMENT` for what names no image. */
  inspect(image: string, registryAuth: string | undefined, signal?: AbortSignal): Promise<ImageDistribution>;
}

export const distribution = (calls: EngineCalls): Distribution => ({
  inspect: async (image, registryAuth, signal) => {
    const answer = await calls.call<DistributionAnswer>(
      {
        what: `find image ${image} in its registry`,
        operation: 'distribution_inspect',
        method: 'GET',
        path: `/distribution/${checkedImage(image)}/json`,
        ...(registryAuth === undefined ? {} : { registryAuth }),
      },
      signal,
    );
    return {
      digest: answer.Descriptor.digest,
      platforms: (answer.Platforms ?? []).map(({ architecture, os }) => ({
        ...(architecture ? { Architecture: architecture } : {}),
        ...(os ? { OS: os } : {}),
      })),
    };
  },
});
