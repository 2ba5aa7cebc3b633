import type { Bus, Subscription } from '@axion/bus';
import type { AgentIdentity } from '@axion/contracts';

/** Who the events are from: what control-link wrote, and until it has (a component run alone), what the configuration says. */
export class KnownIdentity {
  readonly name = 'identity';
  readonly #bus: Pick<Bus, 'bucket'>;
  #agentId: string;
  #watch: Subscription | undefined;

  constructor(bus: Pick<Bus, 'bucket'>, fallback: string) {
    this.#bus = bus;
    this.#agentId = fallback;
  }

  get agentId(): string {
    return this.#agentId;
  }

  async start(): Promise<void> {
    this.#watch = await this.#bus.bucket<AgentIdentity>('identity').watch(({ key, value }) => {
      if (key === 'agent' && value !== undefined) this.#agentId = value.agent_id;
    });
  }

  async stop(): Promise<void> {
    this.#watch?.stop();
  }
}
