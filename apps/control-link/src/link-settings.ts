import { requireKey, type Config } from '@axion/config';
import { asAxionError, AxionError, type Secret } from '@axion/core';
import { parseProxy, parseServerUrl } from '@axion/grpc-kit';
import type { GrpcSettings } from './grpc-control-plane.ts';

/** A heartbeat that is not answered for so long, milliseconds, has failed, whatever longer time other calls have. */
const HEARTBEAT_TIMEOUT = 10_000;

/** Whatever is wrong with a setting ends the component with exit code 78: no retry can mend it. */
const setting = <T>(read: () => T, hint = ''): T => {
  try {
    return read();
  } catch (thrown) {
    throw new AxionError('INVALID_ARGUMENT', `${asAxionError(thrown).message}${hint}`, { reason: 'CONFIG', cause: thrown });
  }
};

const named = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, string>>;

/**
 * The configuration in the adapter's terms.
 *
 * @throws {AxionError} reason `CONFIG`, when the token is missing or an address cannot be used
 */
export const grpcSettings = (config: Config): Omit<GrpcSettings, 'policy' | 'onCall' | 'token'> & { readonly token: Secret } => {
  const { agent, control_plane: link, security, telemetry } = config;
  const timeout = link.timeout * 1000;
  return {
    channel: {
      address: setting(() => parseServerUrl(link.grpc_url, { allowInsecure: security.allow_insecure })),
      tls: {
        verify: security.tls_verify,
        minVersion: security.min_tls_version,
        pinnedCertSha256: security.pinned_cert_sha256,
        ...named('caLocation', security.tls_ca_location),
        ...named('certLocation', security.tls_cert_location),
        ...named('keyLocation', security.tls_key_location),
      },
      proxy: setting(() => (link.proxy === undefined ? undefined : parseProxy(link.proxy.reveal()))),
    },
    token: setting(() => requireKey(config, 'agent.token'), '; to run without a control plane, set control_plane.enabled=false'),
    agentVersion: agent.version,
    serverId: agent.server_id,
    updateChannel: agent.update_channel,
    timeout,
    heartbeatTimeout: Math.min(timeout, Math.max(HEARTBEAT_TIMEOUT, 2 * link.heartbeat_interval * 1000)),
    metricsTimeout: telemetry.send_timeout * 1000,
  };
};
