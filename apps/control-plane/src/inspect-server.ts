import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { asAxionError, AxionError } from '@axion/core';
import type { AgentRegistry } from './agent-registry.ts';
import type { ChannelDesk } from './channel-desk.ts';
import type { NodeRegistry } from './node-registry.ts';

const WAYS = 'there is GET /agents, GET /nodes, POST /nodes/ID/drain, /undrain and /expire, and POST /agents/ID/actions?credit=N&cancel_after=N';

export interface Inspected {
  readonly agents: AgentRegistry;
  readonly nodes: NodeRegistry;
  readonly desks: ChannelDesk;
}

const answer = (method: string, url: URL, body: string, { agents, nodes, desks }: Inspected): unknown => {
  if (method === 'GET' && url.pathname === '/agents') return { agents: agents.views().map((agent) => ({ ...agent, channel: desks.has(agent.agent_id) })) };
  if (method === 'GET' && url.pathname === '/nodes') return { nodes: nodes.views() };
  const [, kind, name = '', verb] = /^\/(nodes|agents)\/([^/]+)\/(drain|undrain|expire|actions)$/.exec(url.pathname) ?? [];
  const id = decodeURIComponent(name);
  const number = (key: string, otherwise: number): number => Number(url.searchParams.get(key) ?? otherwise);
  if (method === 'POST' && kind === 'agents' && verb === 'actions') return desks.ask(id, JSON.parse(body), { credit: number('credit', 8), cancelAfter: number('cancel_after', 0) });
  if (method !== 'POST' || kind !== 'nodes' || verb === 'actions') throw new AxionError('NOT_FOUND', WAYS);
  if (verb === 'expire') nodes.expire(id);
  else nodes.drain(id, verb === 'drain');
  return { done: verb };
};

/** Shows people and tests what this control plane knows, and lets them say what it says to agents and nodes: JSON, on loopback. */
export const startInspectServer = async (inspected: Inspected, port: number): Promise<{ readonly port: number; close(): void }> => {
  const server: Server = createServer((request, response) => {
    void (async () => {
      let status = 200;
      let said: unknown;
      try {
        said = await answer(request.method ?? '', new URL(request.url ?? '/', 'http://here'), await text(request), inspected);
      } catch (error) {
        status = 404;
        said = { error: asAxionError(error).message };
      }
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(said)}\n`);
    })();
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
