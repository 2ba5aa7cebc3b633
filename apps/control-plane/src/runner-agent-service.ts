import { Status } from '@axion/contracts/proto/axion/common/common';
import { RunnerAgentServiceDefinition } from '@axion/contracts/proto/axion/runner/runner_agent_service';
import { serve, type ServedService } from '@axion/grpc-kit';
import type { AgentRegistry } from './agent-registry.ts';
import type { TokenCheck } from './token-check.ts';

export interface ServiceParts {
  readonly agents: AgentRegistry;
  readonly tokens: TokenCheck;
  /** The release that CheckUpdate offers; undefined: none is newer. */
  readonly latestVersion: string | undefined;
}

const success = <T>(data: T) => ({ status: Status.SUCCESS, result: { $case: 'data' as const, data } });

/** The calls an agent makes. Errors are gRPC statuses; `error` in the answers is left to other control planes. */
export const runnerAgentService = ({ agents, tokens, latestVersion }: ServiceParts): ServedService =>
  serve(RunnerAgentServiceDefinition, {
    registerAgent: (request) => {
      tokens.check(request.agentToken);
      const agentId = agents.register(request.serverId, request.agentInfo);
      return success({ agentId, serverId: request.serverId, registrationSuccessful: true, message: 'enrolled' });
    },
    heartbeat: (request, call) => {
      tokens.checkBearer(call.metadata('authorization'));
      agents.heartbeat(request.agentId, request.health);
      return success({ acknowledged: true, updateAvailable: undefined });
    },
    sendMetrics: (request, call) => {
      tokens.checkBearer(call.metadata('authorization'));
      agents.metrics(request.agentId, request.metrics ?? { timestamp: 0, metrics: [] });
      return {};
    },
    checkUpdate: (request, call) => {
      tokens.checkBearer(call.metadata('authorization'));
      const updateAvailable = latestVersion !== undefined && latestVersion !== request.currentVersion;
      const updateInfo = updateAvailable
        ? { version: latestVersion, downloadUrl: '', checksum: '', mandatory: false, releaseNotes: '' }
        : undefined;
      return success({ updateAvailable, updateInfo });
    },
  });
