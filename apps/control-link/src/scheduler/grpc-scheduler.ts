import { AgentControlDefinition } from '@axion/contracts/proto/persys/control/v1/agent_control';
import { AxionError } from '@axion/core';
import { openChannel, unaryClient, type CallRecord } from '@axion/grpc-kit';
import { nodeCapabilities, nodeUsage } from '../mapping/node-capabilities.ts';
import { nodeWorkload } from '../mapping/node-workload.ts';
import type { Scheduler } from './scheduler.ts';
import type { SchedulerSettings } from './scheduler-settings.ts';

const CALL_MS = 10_000;

export interface GrpcSchedulerOptions extends Pick<SchedulerSettings, 'address' | 'tls' | 'nodeId' | 'labels' | 'agentVersion'> {
  readonly onCall: (call: CallRecord) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * A connection to a scheduler over gRPC (`persys.control.v1.AgentControl`), made at the first call.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when the TLS settings cannot be used
 */
export const openScheduler = ({ address, tls, nodeId, labels, agentVersion, onCall, now }: GrpcSchedulerOptions): Scheduler => {
  const channel = openChannel({ address, tls });
  const client = unaryClient(AgentControlDefinition, channel, {
    timeoutMs: CALL_MS,
    metadata: () => ({ 'x-agent-version': agentVersion }),
    onCall: (call) => onCall({ ...call, method: `AgentControl.${call.method}` }),
  });
  const left = (end: Date | undefined): number | undefined => (end === undefined ? undefined : end.getTime() - now());

  return {
    server: channel.server,

    async register({ endpoint, types, report }, signal) {
      const capabilities = nodeCapabilities(report, types);
      const request = { nodeId, capabilities, labels, agentVersion, grpcEndpoint: endpoint, clusterId: '', timestamp: new Date(now()) };
      const { accepted, reason, heartbeatIntervalSeconds: seconds, leaseExpiresAt } = await client.registerNode(request, {}, signal);
      if (!accepted) {
        throw new AxionError('FAILED_PRECONDITION', `the scheduler at ${channel.server} does not take node ${nodeId}: ${reason.slice(0, 300) || 'without a reason'}`, { reason: 'NODE_REFUSED', retryable: true });
      }
      return { leaseMs: left(leaseExpiresAt), intervalMs: seconds > 0 ? seconds * 1000 : undefined };
    },

    async heartbeat({ report, workloads }, signal) {
      const statuses = workloads.map(nodeWorkload);
      const workloadUsage = statuses.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
      const request = { nodeId, usage: nodeUsage(report), workloadStatuses: statuses, workloadUsage, timestamp: new Date(now()) };
      const { acknowledged, drainNode, leaseExpiresAt } = await client.heartbeat(request, {}, signal);
      return { acknowledged, drain: drainNode, leaseMs: left(leaseExpiresAt) };
    },

    close: () => channel.close(),
  };
};
