import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { pipeline } from 'node:stream';
import type { CertifiedKey } from '@axion/testkit';

export interface Front {
  readonly port: number;
  /** What passed: TLS versions, or CONNECT requests with their Proxy-Authorization. */
  readonly seen: readonly string[];
  close(): void;
}

const join = (a: Socket, b: Socket): void => {
  // Either side may go first; a reset at the end of a test is no failure.
  pipeline(a, b, () => {});
  pipeline(b, a, () => {});
};

const listen = async (server: Server, seen: readonly string[]): Promise<Front> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** TLS in front of a plain port. With `clientCa`, clients need a certificate of it. */
export const tlsFront = (
  backend: number,
  certificate: CertifiedKey,
  options: { readonly maxVersion?: SecureVersion; readonly clientCa?: string } = {},
): Promise<Front> => {
  const seen: string[] = [];
  const server = createTlsServer(
    {
      cert: certificate.cert,
      key: certificate.key,
      ALPNProtocols: ['h2'],
      ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
      ...(options.clientCa === undefined ? {} : { ca: options.clientCa, requestCert: true, rejectUnauthorized: true }),
    },
    (socket) => {
      seen.push(socket.getProtocol() ?? '');
      join(socket, connect(backend, '127.0.0.1'));
    },
  );
  server.on('tlsClientError', () => {});
  return listen(server, seen);
};

/** An HTTP proxy that knows CONNECT, and resolves every name to this machine. */
export const connectProxy = (): Promise<Front> => {
  const seen: string[] = [];
  const server = createHttpServer();
  server.on('connect', (request, socket) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    const port = Number(request.url?.split(':').at(-1));
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      join(socket as Socket, upstream);
    });
    upstream.once('error', () => socket.destroy());
  });
  return listen(server, seen);
};
