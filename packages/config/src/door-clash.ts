import type { Config } from './schema.ts';

const EVERYWHERE = new Set(['0.0.0.0', '::', '']);
const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

/** What is wrong when both gRPC doors are to listen on one address; both have the same port unless one is given another. */
export const doorClash = ({ local, agent_api: agentApi }: Config): readonly string[] => {
  if (!local.enabled || !agentApi.enabled || local.grpc_local_port !== agentApi.port) return [];
  if (!EVERYWHERE.has(agentApi.bind) && !LOOPBACK.has(agentApi.bind)) return [];
  return [`local.grpc_local_port and agent_api.port are both ${agentApi.port}, and 127.0.0.1 belongs to agent_api.bind = "${agentApi.bind}"; give one of the two another port, e.g. local.grpc_local_port = ${agentApi.port + 1}`];
};
