import { AgentControlDefinition } from '@axion/contracts/proto/persys/control/v1/agent_control';
import { serve, type ServedService } from '@axion/grpc-kit';
import type { NodeRegistry } from './node-registry.ts';

/** What a node calls of a Persys scheduler. The rest is UNIMPLEMENTED: it is between a scheduler and its own clients. */
export const agentControlService = (nodes: NodeRegistry, heartbeatSeconds: number): ServedService =>
  serve(AgentControlDefinition, {
    registerNode: (request) => ({ accepted: true, reason: 'registered', heartbeatIntervalSeconds: heartbeatSeconds, leaseExpiresAt: nodes.register(request) }),
    heartbeat: (request) => ({ acknowledged: true, ...nodes.heartbeat(request) }),
  });
