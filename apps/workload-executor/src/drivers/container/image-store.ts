import { statfs } from 'node:fs/promises';
import { diskUsedPercent } from '../../admission/disk-use.ts';
import { AxionError } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { imageAuth } from './image-login.ts';

export interface ImageStoreOptions {
  readonly engine: Pick<Engine, 'images'>;
  /** A path on the disk that images fill, while the engine's own is not known. */
  readonly diskPath: string;
  /** `[workloads].max_disk_percent`. */
  readonly maxDiskPercent: number;
  /** Told of each image that was wanted, and whether it had to be pulled. */
  readonly onWanted?: (image: string, pulled: boolean) => Promise<void>;
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
    await this.#checkDisk(image);
    await this.#options.engine.images.pull(image, await imageAuth(image), signal);
    await this.#options.onWanted?.(image, true);
  }

  async #checkDisk(image: string): Promise<void> {
    const disk = await statfs(this.#options.diskPath).catch(() => undefined);
    if (disk === undefined || disk.blocks === 0) return;
    const used = diskUsedPercent(disk);
    if (used <= this.#options.maxDiskPercent) return;
    const free = Math.round((disk.bavail * disk.bsize) / 1e6);
    throw new AxionError('RESOURCE_EXHAUSTED', `image ${image} is not pulled: the disk is ${used} % full (${free} MB free), at most ${this.#options.maxDiskPercent} % is allowed by workloads.max_disk_percent`, {
      reason: 'INSUFFICIENT_RESOURCES',
      details: { used_percent: used, free_mb: free },
    });
  }
}
