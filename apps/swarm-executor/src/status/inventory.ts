import type { Bucket } from '@axion/bus';
import { stackName } from '@axion/core';
import type { Clock } from '@axion/core';
import { CONTAINERS_KEY } from '@axion/contracts';
import type { ContainerInventory, InventoryContainer } from '@axion/contracts';
import type { Engine } from '@axion/docker-engine';
import { LABELS, stableJson } from '@axion/swarm-stack';
import type { EngineWatch } from '@axion/swarm-stack';
import { Lookout } from '../execute/lookout.ts';

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
  readonly #lookout: Lookout;

  constructor(options: InventoryOptions) {
    this.#options = options;
    const { watch, clock } = options;
    // What cannot be told now is told at the next look.
    this.#lookout = new Lookout({ wake: () => watch.ofContainers(), clock, everyMs: FULL_LOOK_MS, settleMs: SETTLE_MS, look: (signal) => this.#tell(signal) });
  }

  async start(): Promise<void> {
    this.#lookout.start();
  }

  stop(): Promise<void> {
    return this.#lookout.stop();
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
