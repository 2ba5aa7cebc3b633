import { createServer, type IncomingMessage, type Server } from 'node:http';

/** A create call, as the client sent it. */
export interface Recorded {
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * As much of an engine as `docker stack deploy` talks to: an empty swarm in which every create succeeds and every id is the
 * name. External objects exist when their name starts with `ext`.
 */
export class RecordingEngine {
  #calls: Recorded[] = [];
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'api-version': '1.41', ostype: 'linux' });
      response.end(JSON.stringify(body));
    });
  });

  async listen(socket: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(socket, resolve);
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  /** Calls since the last time this was asked. */
  takeCalls(): readonly Recorded[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const text = Buffer.concat(await request.toArray() as Buffer[]).toString();
    const url = new URL(request.url ?? '/', 'http://engine');
    const path = url.pathname.replace(/^\/v[\d.]+/, '');
    const [, kind = '', name = ''] = path.split('/');
    if (request.method === 'POST') {
      const body = JSON.parse(text) as Record<string, unknown>;
      this.#calls.push({ kind, body });
      return { status: 201, body: { Id: body.Name, ID: body.Name } };
    }
    if (path === '/info') return { status: 200, body: { Swarm: { LocalNodeState: 'active', ControlAvailable: true } } };
    if (name !== '') return name.startsWith('ext') ? { status: 200, body: { Id: name, ID: name, Name: name, Scope: 'swarm', Spec: { Name: name } } } : { status: 404, body: { message: 'not found' } };
    if (kind === 'secrets' || kind === 'configs') return { status: 200, body: this.#named(kind, url.searchParams.get('filters')) };
    return { status: 200, body: [] };
  }

  #named(kind: string, filters: string | null): readonly object[] {
    const { name = {} } = JSON.parse(filters ?? '{}') as { name?: Readonly<Record<string, boolean>> };
    const created = new Set(this.#calls.filter((call) => call.kind === kind).map(({ body }) => body.Name));
    return Object.keys(name).flatMap((wanted) => (created.has(wanted) || wanted.startsWith('ext') ? [{ ID: wanted, Spec: { Name: wanted } }] : []));
  }
}
