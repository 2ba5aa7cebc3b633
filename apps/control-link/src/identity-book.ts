import type { Bucket } from '@axion/bus';
import type { AgentIdentity } from '@axion/contracts';
import { AxionError } from '@axion/core';

const KEY = 'agent';

export interface IdentitySettings {
  /** `[agent].id`; wins over what enrolment gives. */
  readonly configuredId: string | undefined;
  readonly serverId: string;
  readonly now: () => number;
}

const isIdentity = (value: unknown): value is AgentIdentity =>
  typeof value === 'object' && value !== null && 'agent_id' in value && typeof value.agent_id === 'string' && value.agent_id !== '' && 'server_id' in value;

/**
 * Who this agent is, on the bus' disk. The other components wait for it there. The enrolment token is never in it.
 *
 * Invariant: what is returned has been written, so a crash never makes the agent somebody it did not say it was.
 */
export class IdentityBook {
  readonly #bucket: Bucket<AgentIdentity>;
  readonly #settings: IdentitySettings;

  constructor(bucket: Bucket<AgentIdentity>, settings: IdentitySettings) {
    this.#bucket = bucket;
    this.#settings = settings;
  }

  /**
   * The identity without asking anybody: the configured id, or what an earlier enrolment of this server gave.
   * Undefined when the agent has to enrol: at the first start, with a damaged entry, or on a copy of another server's disk.
   */
  async known(): Promise<AgentIdentity | undefined> {
    const { configuredId, serverId } = this.#settings;
    if (configuredId !== undefined) return this.#keep(configuredId, 'config');
    const found = await this.#read();
    return found?.source === 'enrolment' && found.server_id === serverId ? found : undefined;
  }

  /** Keeps what enrolment gave; a configured id stays what it is. */
  enrolled(agentId: string): Promise<AgentIdentity> {
    const { configuredId } = this.#settings;
    return configuredId === undefined ? this.#keep(agentId, 'enrolment') : this.#keep(configuredId, 'config');
  }

  /** The identity of an agent without a control plane: what it was, else a name of its own. */
  async alone(): Promise<AgentIdentity> {
    return (await this.known()) ?? this.#keep(`local-${this.#settings.serverId}`, 'local');
  }

  async #keep(agentId: string, source: AgentIdentity['source']): Promise<AgentIdentity> {
    const { serverId, now } = this.#settings;
    const found = await this.#read();
    if (found?.agent_id === agentId && found.source === source && found.server_id === serverId) return found;
    const identity: AgentIdentity = { agent_id: agentId, server_id: serverId, source, since: new Date(now()).toISOString() };
    await this.#bucket.put(KEY, identity);
    return identity;
  }

  async #read(): Promise<AgentIdentity | undefined> {
    try {
      const value: unknown = (await this.#bucket.get(KEY))?.value;
      return isIdentity(value) ? value : undefined;
    } catch (error) {
      // An entry that cannot be read is replaced: enrolment gives the same server the same agent again.
      if (error instanceof AxionError && error.code === 'DATA_LOSS') return undefined;
      throw error;
    }
  }
}
