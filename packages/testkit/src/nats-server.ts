import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devFolder, firstProgram } from './dev-folder.ts';
import { freePort } from './free-port.ts';
import { ServerProcess } from './server-process.ts';
import { tempDir } from './temp-dir.ts';

/** Where one nats-server lives: what its configuration has to name. */
export interface NatsPlace {
  readonly port: number;
  /** An empty folder for JetStream. */
  readonly storeDir: string;
  /** A folder for files the configuration refers to; removed with the server. */
  readonly dir: string;
}

export interface NatsOptions {
  /** The configuration file's text. Default: JetStream on a loopback port, every write synced, no authentication. */
  readonly config?: (place: NatsPlace) => string | Promise<string>;
  /** Default: see `natsServerBinary`. */
  readonly binary?: string;
  /** More command line arguments. */
  readonly args?: readonly string[];
}

/** A real nats-server of the test's own. Stopped, killed and started again, it keeps its port and its store. */
export interface NatsServer extends NatsPlace, AsyncDisposable {
  readonly url: string;
  readonly process: ServerProcess;
  /** Asks it to end and waits; its store stays. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and store; stops it first where it runs. */
  restart(): Promise<void>;
}

const plainConfig = ({ port, storeDir }: NatsPlace): string =>
  `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(storeDir)}, sync_interval: always, max_memory_store: 64MB, max_file_store: 512MB }\n`;

/** The nats-server binary in use: `AXION_TEST_NATS_SERVER`, the set-up's, or the one on `PATH`. */
export const natsServerBinary = (): string =>
  firstProgram([process.env['AXION_TEST_NATS_SERVER'], join(devFolder, 'bin/nats-server'), 'nats-server'], 'nats-server');

/** Starts a nats-server on a free loopback port and waits until it takes connections. */
export const startNats = async (options: NatsOptions = {}): Promise<NatsServer> => {
  const command = options.binary ?? natsServerBinary();
  const home = await tempDir('nats');
  const place: NatsPlace = { port: await freePort(), storeDir: join(home.path, 'store'), dir: home.path };
  const file = join(home.path, 'nats.conf');
  await mkdir(place.storeDir);
  await writeFile(file, await (options.config ?? plainConfig)(place));

  const launch = (): Promise<ServerProcess> =>
    ServerProcess.start({ name: 'nats-server', command, args: ['-c', file, ...(options.args ?? [])], ready: /Server is ready/ });
  let running: ServerProcess;
  try {
    running = await launch();
  } catch (error) {
    await home.remove();
    throw error;
  }

  return {
    ...place,
    url: `nats://127.0.0.1:${place.port}`,
    get process() {
      return running;
    },
    stop: async () => void (await running.stop()),
    kill: async () => void (await running.kill()),
    restart: async () => {
      await running.stop();
      running = await launch();
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await home.remove();
    },
  };
};
