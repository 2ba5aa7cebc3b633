import { Client, ChannelCredentials, connectivityState, logVerbosity, setLogVerbosity, type ChannelOptions } from '@grpc/grpc-js';
import type { ConnectProxy } from './proxy.ts';
import { hostPort, type ServerAddress } from './server-address.ts';
import { tlsCredentials, type ClientTls } from './tls.ts';

export interface ChannelSettings {
  readonly address: ServerAddress;
  readonly tls: ClientTls;
  readonly proxy?: ConnectProxy | undefined;
}

/** One way to one server; calls share its connection. Not connected before the first call. */
export interface GrpcChannel {
  /** `host:port` of the server, for messages. */
  readonly server: string;
  readonly connected: boolean;
  readonly client: Client;
  /** Ends the connection once no call is under way; those are ended by their own signals. */
  close(): void;
}

/** Pings only while a call waits, so a server that counts pings has nothing to complain of; finds a dead path in 40 s. */
const KEEPALIVE: ChannelOptions = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 0,
};

const throughProxy = (address: ServerAddress, proxy: ConnectProxy): ChannelOptions => ({
  // The options that grpc-js sets for itself when it reads `https_proxy`. Set here because the environment is one for the
  // whole process and cannot carry the configuration. The server's name is left to the proxy to resolve.
  'grpc.http_connect_target': `dns:${hostPort(address)}`,
  ...(proxy.credentials === undefined ? {} : { 'grpc.http_connect_creds': proxy.credentials }),
  'grpc.default_authority': hostPort(address),
});

/**
 * @throws {AxionError} `FAILED_PRECONDITION` when the TLS settings cannot be used
 */
export const openChannel = ({ address, tls, proxy }: ChannelSettings): GrpcChannel => {
  // grpc-js prints to standard error by itself; every failure reaches the caller as an error, which is logged once.
  setLogVerbosity(logVerbosity.NONE);
  const client = new Client(
    `dns:${hostPort(proxy ?? address)}`,
    address.secure ? tlsCredentials(tls, address.host) : ChannelCredentials.createInsecure(),
    {
      ...KEEPALIVE,
      ...(proxy === undefined ? {} : throughProxy(address, proxy)),
      'grpc.enable_http_proxy': 0,
      // A session that is closed takes its connection with it: the next one starts afresh, not in an old back-off.
      'grpc.use_local_subchannel_pool': 1,
      // One retry layer per call, and it is not this one.
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.initial_reconnect_backoff_ms': 500,
      'grpc.max_reconnect_backoff_ms': 10_000,
    },
  );
  return {
    server: hostPort(address),
    get connected() {
      return client.getChannel().getConnectivityState(false) === connectivityState.READY;
    },
    client,
    close: () => client.close(),
  };
};
