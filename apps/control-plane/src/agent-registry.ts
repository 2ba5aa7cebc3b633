import { AxionError, derivedId } from '@axion/core';
import type { AgentInfo } from '@axion/contracts/proto/axion/runner/registration';
import type { AgentHealth } from '@axion/contracts/proto/axion/runner/heartbeat';
import type { MetricsBatch } from '@axion/contracts/proto/axion/runner/metrics';
import { MetricsLedger, type MetricsCount } from './metrics-ledger.ts';

interface KnownAgent {
  readonly agentId: string;
  readonly serverId: string;
  info: AgentInfo | undefined;
  readonly registeredAt: number;
  registrations: number;
  lastHeartbeatAt: number | undefined;
  heartbeats: number;
  health: AgentHealth | undefined;
  readonly metrics: MetricsLedger;
}

/** An agent as `GET /agents` shows it. Times are RFC 3339. */
export interface AgentView {
  readonly agent_id: string;
  readonly server_id: string;
  readonly info: AgentInfo | undefined;
  readonly registered_at: string;
  readonly registrations: number;
  readonly last_heartbeat_at: string | undefined;
  readonly heartbeats: number;
  readonly health: AgentHealth | undefined;
  readonly metrics: MetricsCount;
}

/**
 * The agents that enrolled with this process; a restart forgets them all, which is how an agent's way back is tried.
 *
 * Invariants: a server has one agent, however often it enrols; an id that was not given out here is NOT_FOUND.
 */
export class AgentRegistry {
  readonly #agents = new Map<string, KnownAgent>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Gives a server its agent id: the same one always, also from another process. */
  register(serverId: string, info: AgentInfo | undefined): string {
    if (serverId === '') throw new AxionError('INVALID_ARGUMENT', 'server_id is empty');
    const agentId = derivedId('agent', serverId);
    const known = this.#agents.get(agentId) ?? {
      agentId,
      serverId,
      info,
      registeredAt: this.#now(),
      registrations: 0,
      lastHeartbeatAt: undefined,
      heartbeats: 0,
      health: undefined,
      metrics: new MetricsLedger(),
    };
    known.info = info;
    known.registrations += 1;
    this.#agents.set(agentId, known);
    return agentId;
  }

  heartbeat(agentId: string, health: AgentHealth | undefined): void {
    const agent = this.#known(agentId);
    agent.lastHeartbeatAt = this.#now();
    agent.heartbeats += 1;
    agent.health = health;
  }

  metrics(agentId: string, batch: MetricsBatch): void {
    this.#known(agentId).metrics.add(batch);
  }

  /** @throws {AxionError} `NOT_FOUND` */
  assertKnown(agentId: string): void {
    this.#known(agentId);
  }

  views(): readonly AgentView[] {
    return [...this.#agents.values()].map((agent) => ({
      agent_id: agent.agentId,
      server_id: agent.serverId,
      info: agent.info,
      registered_at: new Date(agent.registeredAt).toISOString(),
      registrations: agent.registrations,
      last_heartbeat_at: agent.lastHeartbeatAt === undefined ? undefined : new Date(agent.lastHeartbeatAt).toISOString(),
      heartbeats: agent.heartbeats,
      health: agent.health,
      metrics: agent.metrics.count(),
    }));
  }

  /** @throws {AxionError} `NOT_FOUND`, which tells the agent to enrol again */
  #known(agentId: string): KnownAgent {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) throw new AxionError('NOT_FOUND', `agent ${JSON.stringify(agentId)} is not enrolled here`, { reason: 'UNKNOWN_AGENT' });
    return agent;
  }
}
