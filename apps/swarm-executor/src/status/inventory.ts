import type { Bucket } from '@axion/bus';
import { stackName } from '@axion/core';
import type { Clock } from '@axion/core';
import { CONTAINERS_KEY } from '@axion/contracts';
import type { ContainerInventory, InventoryContainer } from '@axion/contracts';
import type { Engine } from '@axion/docker-engine';
import { LABELS, stableJson } from '@axion/swarm-stack';
import type { EngineWatch } from '@axion/swarm-stack';

export interface InventoryOptions {
  readonly engine: Pick<Engine, 'containers'>;
  readonly watch: EngineWatch;
  readonly bucket: Bucket<ContainerInventory>;
  readonly clock: Clock;
}

/** A burst of events is one look. */
const SETTLE_MS = 500;
const FULL_LOOK_MS = 60_000;
const SERVICE_LABEL = 'com.docker.swarm.service.name';

/**
 * Tells the others what people call the containers of this node: who has no business at the engine learns names here.
 * Written when it changed; several instances write the same.
 */
export class Inventory {
  readonly name = 'inventory';
  readonly #options: InventoryOptions;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: InventoryOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#end.abort(new Error('the process stops'));
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#end;
    const wake = this.#options.watch.ofContainers();
    try {
      for (;;) {
        // What cannot be told now is told at the next look.
        await this.#tell(signal).catch(() => undefined);
        await wake.next(FULL_LOOK_MS, signal);
        await this.#options.clock.sleep(SETTLE_MS, signal);
      }
    } catch {
      // Only the end of the process ends the loop.
    } finally {
      wake.stop();
    }
  }

  async #tell(signal: AbortSignal): Promise<void> {
    const { engine, bucket } = this.#options;
    const running = await engine.containers.list({ status: ['running', 'paused'] }, signal);
    const inventory: ContainerInventory = { containers: Object.fromEntries(running.map((container) => [container.id, entryOf(container)])) };
    const known = await bucket.get(CONTAINERS_KEY);
    if (stableJson(known?.value) !== stableJson(inventory)) await bucket.put(CONTAINERS_KEY, inventory);
  }
}

const entryOf = ({ name, image, labels }: { readonly name: string; readonly image: string; readonly labels: Readonly<Record<string, string>> }): InventoryContainer => {
  const project = labels[LABELS.project];
  const service = labels[SERVICE_LABEL];
  return {
    name,
    image: image.replace(/@sha256:.*$/, ''),
    ...(project === undefined ? {} : { project }),
    ...(project === undefined || service === undefined ? {} : { service: service.slice(stackName(project).length + 1) }),
  };
};
