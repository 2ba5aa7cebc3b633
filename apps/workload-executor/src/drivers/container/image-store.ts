import { AxionError } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { DiskFill } from './engine-disk.ts';
import { imageAuth } from './image-login.ts';

export interface ImageStoreOptions {
  readonly engine: Pick<Engine, 'images'>;
  /** How full the disk of the images is; `undefined`: not known. */
  readonly disk: (signal: AbortSignal) => Promise<DiskFill | undefined>;
  /** `[workloads].max_disk_percent`. */
  readonly maxDiskPercent: number;
  /** Told of each image that was wanted, and whether it had to be pulled. */
  readonly onWanted?: (image: string, pulled: boolean) => Promise<void>;
  /** Called when the disk is too full for a pull: takes away what nobody needs. */
  readonly makeRoom?: (signal: AbortSignal) => Promise<unknown>;
}

/** Makes images be there. The same image wanted by many at once is fetched once. */
export class ImageStore {
  readonly #options: ImageStoreOptions;
  readonly #pulls = new Map<string, { readonly done: Promise<void>; readonly signal: AbortSignal }>();

  constructor(options: ImageStoreOptions) {
    this.#options = options;
  }

  /** Pulls it unless it is there. The errors are the registry's. */
  async ensure(image: string, signal: AbortSignal): Promise<void> {
    if ((await this.#options.engine.images.find(image, signal)) !== undefined) return this.#options.onWanted?.(image, false);
    const running = this.#pulls.get(image) ?? this.#begin(image, signal);
    try {
      await running.done;
    } catch (error) {
      // Somebody else's pull that was given up says nothing about ours.
      if (!signal.aborted && running.signal.aborted) return this.ensure(image, signal);
      throw error;
    }
  }

  #begin(image: string, signal: AbortSignal): { readonly done: Promise<void>; readonly signal: AbortSignal } {
    const pull = { done: this.#pull(image, signal).finally(() => this.#pulls.delete(image)), signal };
    this.#pulls.set(image, pull);
    return pull;
  }

  async #pull(image: string, signal: AbortSignal): Promise<void> {
    await this.#checkDisk(image, signal);
    await this.#options.engine.images.pull(image, await imageAuth(image), signal);
    await this.#options.onWanted?.(image, true);
  }

  async #checkDisk(image: string, signal: AbortSignal): Promise<void> {
    const { disk, maxDiskPercent, makeRoom } = this.#options;
    const isFull = (fill: DiskFill | undefined): fill is DiskFill => fill !== undefined && fill.usedPercent > maxDiskPercent;
    let fill = await disk(signal);
    if (isFull(fill) && makeRoom !== undefined) {
      await makeRoom(signal);
      fill = await disk(signal);
    }
    if (!isFull(fill)) return;
    const used = fill.usedPercent;
    const free = Math.round(fill.freeBytes / 1e6);
    throw new AxionError('RESOURCE_EXHAUSTED', `image ${image} is not pulled: the disk is ${used} % full (${free} MB free), at most ${maxDiskPercent} % is allowed by workloads.max_disk_percent`, {
      reason: 'INSUFFICIENT_RESOURCES',
      details: { used_percent: used, free_mb: free },
    });
  }
}
