import { readFile, rename, writeFile } from 'node:fs/promises';
import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import { unusedImages } from '../../plan/unused-images.ts';

export interface ImageCareOptions {
  readonly engine: Pick<Engine, 'images' | 'containers'>;
  /** Where it is noted which images were pulled here, and when each was wanted last. */
  readonly file: string;
  /** Images that a workload on record needs: in force, or waiting to be. */
  readonly needed: () => Promise<ReadonlySet<string>>;
  /** Whether the disk is fuller than allowed. */
  readonly pressed: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 3600_000;
const KEEP_MS = 7 * 24 * 3600_000;
/** A date that is this old is renewed; a younger one is good enough. */
const RENEW_MS = 3600_000;

/**
 * Collects images that were pulled for workloads and that none needs any more: after a week, or when the disk is full.
 * Images that were there before are not ours; one that any container uses, whoever's, keeps all its names.
 */
export class ImageCare {
  readonly name = 'image care';
  readonly #options: ImageCareOptions;
  readonly #pulled = new Map<string, number>();
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  /** One write at a time: they share a draft. */
  #saved: Promise<void> = Promise.resolve();

  constructor(options: ImageCareOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const text = await readFile(this.#options.file, 'utf8').catch(() => '{}');
    for (const [reference, at] of Object.entries(parse(text))) if (typeof at === 'number') this.#pulled.set(reference, at);
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  /** An image was wanted; `pulled`: it was not there. */
  async wanted(reference: string, pulled: boolean): Promise<void> {
    const now = this.#options.clock.now();
    const before = this.#pulled.get(reference);
    if (!pulled && (before === undefined || now - before < RENEW_MS)) return;
    this.#pulled.set(reference, now);
    await this.#save();
  }

  /** One round; what could be removed. */
  async collect(signal: AbortSignal): Promise<readonly string[]> {
    const { engine, needed, pressed, clock, log } = this.#options;
    const pulled = [...this.#pulled].map(([reference, wantedAt]) => ({ reference, wantedAt }));
    const removed: string[] = [];
    const unused = unusedImages(pulled, await needed(), clock.now(), { keepMs: KEEP_MS, pressed: await pressed(signal) });
    if (unused.length === 0) return removed;
    // The engine protects the last name of an image that a container uses, and gives up every other.
    const inUse = new Set((await engine.containers.list({}, signal)).map(({ imageId }) => imageId));
    for (const reference of unused) {
      try {
        const image = await engine.images.find(reference, signal);
        if (image !== undefined && inUse.has(image.id)) continue;
        await engine.images.remove(reference, signal);
        this.#pulled.delete(reference);
        removed.push(reference);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        // A container still uses it: the next round asks again.
        if (!(error instanceof AxionError) || error.code !== 'FAILED_PRECONDITION') log.warn({ image: reference, err: error }, 'an unused image could not be removed');
      }
    }
    if (removed.length > 0) {
      log.info({ images: removed }, 'unused images were removed');
      await this.#save();
    }
    return removed;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#options.clock.sleep(EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.collect(signal).catch((error: unknown) => this.#options.log.warn({ err: error }, 'unused images were not looked for'));
    }
  }

  #save(): Promise<void> {
    this.#saved = this.#saved.then(() => this.#write());
    return this.#saved;
  }

  async #write(): Promise<void> {
    const { file, log } = this.#options;
    try {
      await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(this.#pulled)), { mode: 0o600 });
      await rename(`${file}.new`, file);
    } catch (error) {
      log.warn({ err: error, file }, 'it could not be noted which images were pulled');
    }
  }
}

/** A file that cannot be read is none: the images stay, which is the safe side. */
const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};
