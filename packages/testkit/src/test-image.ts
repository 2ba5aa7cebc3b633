import type { EngineApi } from './engine-api.ts';
import type { ImageOptions, RegistryLogin } from './image.ts';
import { importImage, pushImage, removeImage, removeImages } from './image.ts';
import { uniqueName } from './unique-name.ts';

export interface TestImageOptions extends ImageOptions {
  readonly engine: EngineApi;
  /** `host:port` of the registry it is pushed to. Default: the one of this test run. */
  readonly registry?: string;
  readonly login?: RegistryLogin;
  /** Default: a name nothing else has. */
  readonly name?: string;
  /** Default `1`. */
  readonly tag?: string;
  /** Keeps it on the engine too, so that nothing has to be pulled. Default false: it is in the registry alone. */
  readonly keepLocal?: boolean;
}

/** An image in a registry. */
export interface TestImage extends AsyncDisposable {
  /** `host:port/name:tag` */
  readonly ref: string;
  /** `sha256:…` of its manifest, as the registry has it. */
  readonly digest: string;
}

/** `host:port` of the registry that this test run brought. */
export const sharedRegistry = (): string => {
  const address = process.env['AXION_TEST_REGISTRY'];
  if (address === undefined) throw new Error('there is no registry: run the tests through "npm test", which brings one, or set AXION_TEST_REGISTRY to host:port');
  return address;
};

/** The busybox image in this run's registry, for tests that need just something to run. */
export const sharedImage = (): string => process.env['AXION_TEST_IMAGE'] ?? `${sharedRegistry()}/demo/busybox:1`;

/** Makes an image of busybox and pushes it. */
export const testImage = async (options: TestImageOptions): Promise<TestImage> => {
  const { engine, registry = sharedRegistry(), name = uniqueName('image'), tag = '1' } = options;
  const ref = `${registry}/${name}:${tag}`;
  await importImage(engine, ref, options);
  const digest = await pushImage(engine, ref, options.login);
  if (options.keepLocal !== true) await removeImage(engine, ref);
  return { ref, digest, [Symbol.asyncDispose]: () => removeImages(engine, `${registry}/${name}`) };
};
