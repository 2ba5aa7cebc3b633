import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, nkeyAuthenticator } from 'nats';
import type { NatsConnection } from 'nats';
import type { AgentEvent, BusUser, StoredCommand } from '@axion/contracts';
import { BusServer, connectBus } from '../src/index.ts';
import type { Bus, BusLog, BusServerOptions } from '../src/index.ts';
import { openConnection } from '../src/connect-bus.ts';
import type { BusConnection } from '../src/bus-connection.ts';

const checkout = join(import.meta.dirname, '../../..');
const binary = [process.env['AXION_TEST_NATS_SERVER'], join(checkout, '.dev/bin/nats-server')].find((file) => file !== undefined && existsSync(file)) ?? 'nats-server';

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A bus of the test's own, with everything that was opened on it. */
export class OwnBus implements AsyncDisposable {
  readonly options: BusServerOptions;
  readonly logged: { level: string; message: string; details: object }[] = [];
  server: BusServer;
  readonly #dir: string;
  readonly #open: { close(): Promise<void> }[] = [];

  private constructor(dir: string, port: number, over: Partial<BusServerOptions>) {
    this.#dir = dir;
    const write = (level: string) => (details: object, message: string) => void this.logged.push({ level, message, details });
    const log: BusLog = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    this.options = {
      url: `nats://127.0.0.1:${port}`,
      credentialsDir: join(dir, 'credentials'),
      storeDir: join(dir, 'store'),
      configFile: join(dir, 'nats.conf'),
      maxStoreMb: 256,
      binary,
      log,
      ...over,
    };
    this.server = new BusServer(this.options);
  }

  static async start(over: Partial<BusServerOptions> = {}): Promise<OwnBus> {
    const own = new OwnBus(await mkdtemp(join(tmpdir(), 'axion-bus-')), await freePort(), over);
    await own.server.start();
    return own;
  }

  async connect(component: BusUser, over: Partial<Parameters<typeof connectBus>[0]> = {}): Promise<Bus> {
    const { url, credentialsDir } = this.options;
    const bus = await connectBus({ component, url, credentialsDir, env: {}, ...over });
    this.#open.push(bus);
    return bus;
  }

  async raw(component: BusUser, log?: BusLog): Promise<BusConnection> {
    const { url, credentialsDir } = this.options;
    const connection = await openConnection({ component, url, credentialsDir, env: {}, ...(log && { log }) });
    this.#open.push(connection);
    return connection;
  }

  /** The client library itself, with a component's credentials: what a broken component could do. */
  async plain(component: BusUser): Promise<NatsConnection> {
    const seed = await readFile(join(this.options.credentialsDir, `${component}.nk`));
    const nats = await connect({ servers: this.options.url, authenticator: nkeyAuthenticator(seed), inboxPrefix: `_INBOX_${component}` });
    this.#open.push(nats);
    return nats;
  }

  /** Ends nats-server as a crash would; its supervisor starts it again. */
  crash(): void {
    process.kill(this.server.pid!, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((open) => open.close()));
    await this.server.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

export const command = (id: string, key = 'shop', over: Partial<StoredCommand> = {}): StoredCommand => ({
  commandId: id,
  type: 'GetStatus',
  executor: 'swarm',
  key,
  projectId: key,
  payload: { project_id: key },
  correlationId: id,
  timestamp: '2026-01-01T00:00:00.000Z',
  retryAttempt: 0,
  headers: {},
  ...over,
});

export const event = (id: string, key = 'shop'): AgentEvent => ({
  key,
  terminal: false,
  headers: {},
  body: { event_id: id, event_type: 'DeployProgress', payload: {}, correlation_id: 'c', timestamp: '2026-01-01T00:00:00.000Z', agent_id: 'a' },
});

/** Waits until `holds`, looking again every 10 ms for 15 s. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within 15 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
