import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import type { AxionError, BackoffPolicy, Clock } from '@axion/core';
import { superviseSession } from '@axion/resilience';
import type { HealthCheck, Logger, Service } from '@axion/service-kit';
import { nodeSession, type NodeSessionParts } from './node-session.ts';
import type { NodeSight } from './node-view.ts';

/** The agent's own pieces start in any order: waiting for them is worth no warning. */
const STARTING: ReadonlySet<string | undefined> = new Set(['NO_EXECUTOR', 'AGENT_API_CLOSED']);

const BETWEEN_SESSIONS: BackoffPolicy = { initial: 500, factor: 2, max: 10_000, jitter: 0.5 };

export interface SchedulerLinkParts extends Omit<NodeSessionParts, 'onRegistered' | 'onAnswered'> {
  readonly nodeId: string;
  readonly server: string;
  readonly health: HealthCheck;
  readonly onConnected: (connected: boolean) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What people are told of a node that its scheduler knows. */
const inWords = (nodeId: string, server: string, { report, workloads, fresh }: NodeSight, frozen: boolean): string => {
  const node = `node ${nodeId} at ${server}`;
  if (!fresh) return `${node}; the workload executor does not answer`;
  if (frozen) return `${node}, which has lost its store and plans nothing; workloads are left as they are`;
  if (!report.draining) return node;
  const running = workloads.filter(({ actualState }) => actualState === ActualState.RUNNING).length;
  return `${node}; drained: ${running === 0 ? 'no workload runs' : `${running} of ${workloads.length} workloads still run`}`;
};

/**
 * Keeps this node registered with a Persys scheduler.
 *
 * Invariants: at most one session; the agent and its workloads go on without a scheduler, and health says that it is
 * missing; the same failure repeated is one warning in the log.
 */
export class SchedulerLink implements Service {
  readonly name = 'scheduler link';
  readonly #parts: SchedulerLinkParts;
  readonly #stopping = new AbortController();
  #supervised: Promise<void> = Promise.resolve();
  #lastFailure: string | undefined;
  #frozen = false;

  constructor(parts: SchedulerLinkParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { health, onConnected, clock, nodeId, server, log } = this.#parts;
    health.degraded('connecting to the scheduler');
    onConnected(false);
    const session = (signal: AbortSignal, established: () => void): Promise<never> =>
      nodeSession(
        {
          ...this.#parts,
          onRegistered: (endpoint, types) => log.info({ node_id: nodeId, scheduler: server, endpoint, types }, 'registered with the scheduler'),
          onAnswered: (sight, ms, frozen) => {
            established();
            this.#lastFailure = undefined;
            onConnected(true);
            if (frozen && !this.#frozen) log.warn({ node_id: nodeId, scheduler: server }, 'the scheduler asks for a drain and cuts the lease short: it has lost its store; workloads are left as they are');
            this.#frozen = frozen;
            health[sight.fresh && !frozen ? 'healthy' : 'degraded'](inWords(nodeId, server, sight, frozen), Math.round(ms));
          },
        },
        signal,
      );
    this.#supervised = superviseSession({ session, backoff: BETWEEN_SESSIONS, onEnd: ({ error, delayMs }) => this.#ended(error, delayMs), clock }, this.#stopping.signal);
  }

  async drain(): Promise<void> {
    this.#stopping.abort(new Error('the component stops'));
    await this.#supervised;
    this.#parts.onConnected(false);
  }

  stop(): Promise<void> {
    return this.drain();
  }

  #ended(error: AxionError | undefined, delayMs: number): void {
    const { health, onConnected, log } = this.#parts;
    onConnected(false);
    health.degraded(error?.message ?? 'the scheduler closed the session');
    const failure = `${error?.code ?? ''} ${error?.reason ?? ''}`;
    const fields = { err: error, retry_in_ms: Math.round(delayMs) };
    if (this.#lastFailure === undefined && STARTING.has(error?.reason)) log.info({ reason: error?.reason, retry_in_ms: fields.retry_in_ms }, 'this node is not offered to the scheduler yet');
    else if (failure === this.#lastFailure) log.debug(fields, 'the session with the scheduler ended again');
    else log.warn(fields, 'the session with the scheduler ended; another is opened');
    this.#lastFailure = failure;
  }
}
