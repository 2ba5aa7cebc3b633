import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AgentRegistry } from './agent-registry.ts';

/** Shows people and tests what this control plane knows: `GET /agents`, as JSON, on loopback. */
export const startInspectServer = async (agents: AgentRegistry, port: number): Promise<{ readonly port: number; close(): void }> => {
  const server: Server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === '/agents';
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(found ? { agents: agents.views() } : { error: 'there is GET /agents' })}\n`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
