import { join } from 'node:path';
import { BusServer, connectBus } from '@axion/bus';
import type { Bus, BusServerOptions, ConnectBusOptions } from '@axion/bus';
import type { BusUser } from '@axion/contracts';
import { freePort } from './free-port.ts';
import { natsServerBinary } from './nats-server.ts';
import { tempDir } from './temp-dir.ts';

/** A whole bus of the test's own: real nats-server, keys, permissions, streams. */
export interface TestBus extends AsyncDisposable {
  readonly url: string;
  readonly credentialsDir: string;
  /** Connects as a component; closed with the bus. */
  connect(component: BusUser, options?: Partial<ConnectBusOptions>): Promise<Bus>;
  /** Ends it properly; its store stays. */
  stop(): Promise<void>;
  /** SIGKILL, and it stays dead until `restart`. */
  kill(): Promise<void>;
  /** SIGKILL, and its supervisor starts it again at once; `false` when it was just not running. */
  crash(): boolean;
  /** Starts it again on the same port and store. */
  restart(): Promise<void>;
}

/** Starts a bus on a free loopback port and waits until its streams are ready. */
export const startBus = async (options: Partial<BusServerOptions> = {}): Promise<TestBus> => {
  const home = await tempDir('bus');
  const settings: BusServerOptions = {
    url: `nats://127.0.0.1:${await freePort()}`,
    credentialsDir: join(home.path, 'credentials'),
    storeDir: join(home.path, 'store'),
    configFile: join(home.path, 'nats.conf'),
    maxStoreMb: 512,
    binary: natsServerBinary(),
    endsWithParent: true,
    ...options,
  };
  const { url, credentialsDir } = settings;
  const opened: Bus[] = [];
  let server = new BusServer(settings);
  const restart = async (): Promise<void> => {
    await server.stop();
    server = new BusServer(settings);
    await server.start();
  };
  const crash = (): boolean => server.pid !== undefined && process.kill(server.pid, 'SIGKILL');
  await server.start().catch(async (error: unknown) => {
    await home.remove();
    throw error;
  });
  return {
    url,
    credentialsDir,
    connect: async (component, over = {}) => {
      const bus = await connectBus({ component, url, credentialsDir, env: {}, ...over });
      opened.push(bus);
      return bus;
    },
    stop: () => server.stop(),
    kill: async () => {
      crash();
      await server.stop();
    },
    crash,
    restart,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((bus) => bus.close()));
      await server.stop();
      await home.remove();
    },
  };
};
