import type { Config } from '@axion/config';
import { asAxionError, AxionError, isLoopback } from '@axion/core';
import { parseServerUrl } from '@axion/grpc-kit';
import type { ClientTls, ServerAddress } from '@axion/grpc-kit';
import type { ApiPlace } from './advertised-endpoint.ts';

export interface SchedulerSettings {
  /** As configured, for messages. */
  readonly server: string;
  readonly address: ServerAddress;
  readonly tls: ClientTls;
  readonly place: ApiPlace;
  /** `[agent].id`, else the server's name: known before any enrolment, and the same for good. */
  readonly nodeId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly agentVersion: string;
}

const refuse = (message: string): AxionError => new AxionError('INVALID_ARGUMENT', message, { reason: 'CONFIG' });

const addressOf = (addr: string, insecure: boolean): ServerAddress => {
  try {
    if (!/:\d+$/.test(addr)) throw new Error('a port is missing');
    // That it may be in the clear is what `insecure` says.
    return parseServerUrl(`${insecure ? 'http' : 'https'}://${addr}`, { allowInsecure: true });
  } catch (thrown) {
    throw refuse(`scheduler.addr=${JSON.stringify(addr)} is not HOST:PORT: ${asAxionError(thrown).message}`);
  }
};

/**
 * The scheduler knows the node by the certificate of the agent API and shows one of the same authority; where `[agent_api]`
 * names none, those of `[security]` serve.
 */
const tlsOf = ({ agent_api: api, security }: Config): ClientTls => {
  const [section, from] = api.tls_ca_location === undefined ? (['security', security] as const) : (['agent_api', api] as const);
  return {
    section,
    verify: true,
    minVersion: security.min_tls_version,
    pinnedCertSha256: [],
    ...(from.tls_ca_location === undefined ? {} : { caLocation: from.tls_ca_location }),
    ...(from.tls_cert_location === undefined ? {} : { certLocation: from.tls_cert_location }),
    ...(from.tls_key_location === undefined ? {} : { keyLocation: from.tls_key_location }),
  };
};

const placeOf = ({ scheduler, agent_api: api }: Config, address: ServerAddress): ApiPlace => {
  const configured = scheduler.agent_grpc_endpoint;
  if (configured === undefined && !api.enabled) {
    throw refuse('scheduler.enabled=true, but the scheduler could not call this agent: set agent_api.enabled=true, or scheduler.agent_grpc_endpoint to the HOST:PORT that leads to it');
  }
  if (configured === undefined && isLoopback(api.bind) && !isLoopback(address.host)) {
    throw refuse(`agent_api.bind=${api.bind} cannot be called from ${address.host}: bind another address, or set scheduler.agent_grpc_endpoint to the HOST:PORT that leads to it`);
  }
  return { configured, bind: api.bind, port: api.port };
};

/** Processors in the words of Go. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/**
 * `[scheduler]` in the adapter's terms. Workloads are placed by labels, and every Persys node has `os` and `arch`.
 *
 * @throws {AxionError} reason `CONFIG`, when the scheduler could not be reached or could not reach this agent
 */
export const schedulerSettings = (config: Config): SchedulerSettings => {
  if (!config.workloads.enabled) throw refuse('scheduler.enabled=true, but workloads.enabled=false: a scheduler has nothing to do with a node that takes no workloads');
  const address = addressOf(config.scheduler.addr, config.scheduler.insecure);
  return {
    server: config.scheduler.addr,
    address,
    tls: tlsOf(config),
    place: placeOf(config, address),
    nodeId: config.agent.id ?? config.agent.server_id,
    labels: { os: process.platform, arch: GO_ARCH[process.arch] ?? process.arch, ...config.agent.labels },
    agentVersion: config.agent.version,
  };
};
