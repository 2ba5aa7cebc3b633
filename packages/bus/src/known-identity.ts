import { HOLD_KEY } from '@axion/contracts';
import type { AgentIdentity, NodeHold } from '@axion/contracts';
import type { Bus, Subscription } from './bus.ts';

/** Who the events are from: what control-link wrote, and until it has (a component run alone), what the configuration says. */
export class KnownIdentity {
  readonly name = 'identity';
  readonly #bus: Pick<Bus, 'bucket'>;
  #agentId: string;
  #hold: NodeHold | undefined;
  #watch: Subscription | undefined;

  constructor(bus: Pick<Bus, 'bucket'>, fallback: string) {
    this.#bus = bus;
    this.#agentId = fallback;
  }

  get agentId(): string {
    return this.#agentId;
  }

  /** The control plane wants nothing new here. */
  get hold(): NodeHold | undefined {
    return this.#hold;
  }

  async start(): Promise<void> {
    const bucket = this.#bus.bucket<AgentIdentity | NodeHold>('identity');
    this.#watch = await bucket.watch(({ key, value }) => {
      if (key === HOLD_KEY) this.#hold = value as NodeHold | undefined;
      else if (key === 'agent' && value !== undefined) this.#agentId = (value as AgentIdentity).agent_id;
    });
    // Known before the first command, not soon after.
    this.#hold = (await bucket.get(HOLD_KEY))?.value as NodeHold | undefined;
  }

  async stop(): Promise<void> {
    this.#watch?.stop();
  }
}
