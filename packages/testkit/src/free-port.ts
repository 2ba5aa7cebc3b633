import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenOptions } from 'node:net';

/** Below the ports that Linux hands out by itself (from 32,768 on), so that no connection takes one meanwhile. */
const FIRST = 12_000;
const LAST = 32_000;
const TRIES = 200;

/**
 * A TCP port that nobody listens on at `host`, and that no other caller of this function is given while this process
 * lives: there is a while between asking for a port and the start of the server that it is for, and test runs side by side
 * ask for many. The claim is an abstract socket named after the port, which the kernel gives to one process and
 * takes back when that ends (unix(7)).
 */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const claim = await listen({ path: `\0axion-test-port-${port}` });
    if (claim === undefined) continue;
    claim.unref();
    const probe = await listen({ port, host });
    if (probe === undefined) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
  throw new Error(`no free port at ${host} between ${FIRST} and ${LAST} in ${TRIES} tries`);
};

/** A server that listens there, or nothing where the place is taken. */
const listen = async (place: ListenOptions): Promise<ReturnType<typeof createServer> | undefined> => {
  const server = createServer();
  server.listen(place);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
};
