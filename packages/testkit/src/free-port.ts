import { createServer } from 'node:net';

/**
 * A TCP port that is free on `host` now. Another process can take it before its user binds it; the kernel hands such
 * ports out in random order, so that is rare.
 */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(0, host, () => {
    const address = server.address();
    server.close(() => {
      if (address === null || typeof address === 'string') reject(new Error(`no TCP address for ${host}`));
      else resolve(address.port);
    });
  });
  return promise;
};
