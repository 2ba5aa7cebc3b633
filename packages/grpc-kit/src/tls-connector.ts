import { isIP, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * TLS to a server that may be an address. grpc-js names whatever it connects to in the handshake; RFC 6066 allows no
 * addresses there, and Node refuses them, so nothing with one in its configuration could be reached. Here an address goes
 * unnamed, and is still looked for in the certificate.
 */
export class TlsConnector extends ChannelCredentials {
  readonly #options: ConnectionOptions;

  /** @param host of the server, also where a proxy leads to it */
  constructor(host: string, options: ConnectionOptions) {
    super();
    this.#options = { ...options, host, ALPNProtocols: ['h2'], ...(isIP(host) === 0 ? { servername: host } : {}) };
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...[, , callCredentials]: Parameters<ChannelCredentials['_createSecureConnector']>): Connector {
    return {
      connect: async (socket) => ({ socket: await this.#shakeHands(socket), secure: true }),
      waitForReady: async () => {},
      getCallCredentials: () => callCredentials ?? CallCredentials.createEmpty(),
      destroy: () => {},
    };
  }

  #shakeHands(socket: Socket): Promise<TLSSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
    const secured = connect({ ...this.#options, socket }, () => resolve(secured));
    // Stays: what breaks later is the transport's to notice, and must not end the process.
    secured.on('error', reject);
    return promise;
  }
}
