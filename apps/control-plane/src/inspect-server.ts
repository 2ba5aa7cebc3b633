import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asAxionError, AxionError } from '@axion/core';
import type { AgentRegistry } from './agent-registry.ts';
import type { NodeRegistry } from './node-registry.ts';

const WAYS = 'there is GET /agents, GET /nodes and POST /nodes/ID/drain, /undrain and /expire';

const answer = (method: string | undefined, url: string, agents: AgentRegistry, nodes: NodeRegistry): unknown => {
  if (method === 'GET' && url === '/agents') return { agents: agents.views() };
  if (method === 'GET' && url === '/nodes') return { nodes: nodes.views() };
  const [, id, verb] = /^\/nodes\/([^/]+)\/(drain|undrain|expire)$/.exec(url) ?? [];
  if (method !== 'POST' || id === undefined) throw new AxionError('NOT_FOUND', WAYS);
  if (verb === 'expire') nodes.expire(decodeURIComponent(id));
  else nodes.drain(decodeURIComponent(id), verb === 'drain');
  return { done: verb };
};

/** Shows people and tests what this control plane knows, and lets them say what its scheduler says: JSON, on loopback. */
export const startInspectServer = async (agents: AgentRegistry, nodes: NodeRegistry, port: number): Promise<{ readonly port: number; close(): void }> => {
  const server: Server = createServer((request, response) => {
    let status = 200;
    let body: unknown;
    try {
      body = answer(request.method, request.url ?? '', agents, nodes);
    } catch (error) {
      status = 404;
      body = { error: asAxionError(error).message };
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
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
