import { type Config, requireKey } from '@axion/config';
import { isLoopback } from '@axion/core';
import type { ServerTls } from '@axion/grpc-kit';

/** Mutual TLS for `[agent_api]`: always away from this machine; on a loopback address where certificates are named. */
export const agentApiTls = (config: Config): ServerTls | undefined => {
  const { bind, tls_cert_location, tls_key_location, tls_ca_location } = config.agent_api;
  if (isLoopback(bind) && tls_cert_location === undefined && tls_key_location === undefined && tls_ca_location === undefined) return undefined;
  return {
    certLocation: requireKey(config, 'agent_api.tls_cert_location'),
    keyLocation: requireKey(config, 'agent_api.tls_key_location'),
    caLocation: requireKey(config, 'agent_api.tls_ca_location'),
    section: 'agent_api',
  };
};
