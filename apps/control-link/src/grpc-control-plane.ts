import { UpdateChannel } from '@axion/contracts/proto/axion/common/common';
import { RunnerAgentServiceDefinition } from '@axion/contracts/proto/axion/runner/runner_agent_service';
import { AxionError, type Secret } from '@axion/core';
import { agentMetadata, openChannel, redact, unaryClient, type CallRecord, type ChannelSettings } from '@axion/grpc-kit';
import type { CallPolicy } from './call-policy.ts';
import type { ControlPlane, HostFacts, LinkIdentity } from './control-plane.ts';
import { openActionChannel } from './grpc-action-channel.ts';
import { toMetricsBatch } from './mapping/metrics-batch.ts';
import { dataOf } from './mapping/outcome.ts';

const CHANNELS: Readonly<Record<string, UpdateChannel>> = {
  stable: UpdateChannel.STABLE,
  beta: UpdateChannel.BETA,
  alpha: UpdateChannel.ALPHA,
};

export interface GrpcSettings {
  readonly channel: ChannelSettings;
  /** Asked at each call. */
  readonly token: () => Secret;
  readonly agentVersion: string;
  readonly serverId: string;
  readonly updateChannel: string;
  /** Deadlines in milliseconds. */
  readonly timeout: number;
  readonly heartbeatTimeout: number;
  readonly metricsTimeout: number;
  readonly policy: CallPolicy;
  readonly onCall: (call: CallRecord) => void;
}

/**
 * A connection to the control plane over gRPC, made at the first call. `agentId` is asked at each call: it is known after
 * enrolment only.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when the TLS settings cannot be used
 */
export const openControlPlane = (settings: GrpcSettings, agentId: () => string | undefined): ControlPlane => {
  const { token, agentVersion: version, policy } = settings;
  const channel = openChannel(settings.channel);
  const metadata = (shown = token()) => agentMetadata({ token: shown, id: agentId(), version });
  const clientWith = (shown?: Secret) => unaryClient(RunnerAgentServiceDefinition, channel, { timeoutMs: settings.timeout, metadata: () => metadata(shown), onCall: settings.onCall });
  const client = clientWith();
  const clean = (text: string): string => redact(text, metadata());
  const wireIdentity = ({ agentId: id, serverId }: LinkIdentity) => ({ agentId: id, serverId });

  return {
    server: channel.server,

    async register(host: HostFacts, signal) {
      const { os, architecture } = host;
      const serverInfo = {
        os,
        architecture,
        totalMemory: host.totalMemory,
        availableMemory: host.availableMemory,
        cpuCores: host.cpuCores,
        dockerInstalled: host.engineVersion !== undefined,
        dockerVersion: host.engineVersion ?? '',
      };
      const request = { serverId: settings.serverId, agentToken: token().reveal(), agentInfo: { version, os, architecture, serverInfo } };
      const data = dataOf('RegisterAgent', await policy.run(() => client.registerAgent(request, {}, signal), signal), clean);
      if (!data.registrationSuccessful || data.agentId === '') {
        throw new AxionError('PERMISSION_DENIED', `the control plane did not enrol this agent: ${clean(data.message) || 'without a reason'}`, { reason: 'NOT_ENROLLED' });
      }
      return data.agentId;
    },

    async heartbeat(identity, load, signal) {
      const health = {
        connected: true,
        cpuUsage: load.cpuPercent,
        memoryUsage: Math.round(load.memoryUsed),
        diskUsage: Math.round(load.diskUsed),
        activeContainers: load.activeContainers,
        lastHeartbeat: load.lastHeartbeatAt,
      };
      const request = { ...wireIdentity(identity), health };
      const options = { timeoutMs: settings.heartbeatTimeout };
      const data = dataOf('Heartbeat', await policy.run(() => client.heartbeat(request, options, signal), signal), clean);
      return data.updateAvailable?.version;
    },

    async heartbeatWith(shown, identity, signal) {
      // Past the breaker and its retries: what it says of the token is what matters.
      dataOf('Heartbeat', await clientWith(shown).heartbeat({ ...wireIdentity(identity), health: undefined }, { timeoutMs: settings.heartbeatTimeout }, signal), (text) => redact(text, metadata(shown)));
    },

    async sendMetrics(identity, batch, signal) {
      const request = { ...wireIdentity(identity), metrics: toMetricsBatch(batch) };
      await policy.run(() => client.sendMetrics(request, { timeoutMs: settings.metricsTimeout }, signal), signal);
    },

    async checkUpdate(identity, signal) {
      const updateChannel = CHANNELS[settings.updateChannel] ?? UpdateChannel.UNSPECIFIED;
      const request = { agentId: identity.agentId, currentVersion: version, updateChannel };
      const data = dataOf('CheckUpdate', await policy.run(() => client.checkUpdate(request, {}, signal), signal), clean);
      return data.updateAvailable ? data.updateInfo?.version : undefined;
    },

    connect: (identity, signal) => openActionChannel(channel, identity, version, metadata(), signal),

    close: () => channel.close(),
  };
};
