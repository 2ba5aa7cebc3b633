import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devFolder, firstProgram } from './dev-folder.ts';
import { freePort } from './free-port.ts';
import { kafkaSettings } from './kafka-settings.ts';
import type { KafkaPlace, KafkaSecurity } from './kafka-settings.ts';
import { ServerProcess } from './server-process.ts';
import { tempDir } from './temp-dir.ts';

export interface KafkaOptions {
  /** Adds a second listener that speaks TLS, asks for a password, or both. */
  readonly security?: KafkaSecurity;
  /** More lines of `server.properties`, e.g. `{ 'num.partitions': '3' }`. Topics are made when first used. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called with each line that the broker prints. */
  readonly onLine?: (line: string) => void;
  /** Ends the start. */
  readonly signal?: AbortSignal;
}

/** A real Kafka broker of the test's own. Stopped, killed and started again, it keeps its ports and its data. */
export interface KafkaBroker extends AsyncDisposable {
  /** `host:port` of the listener without TLS and password. */
  readonly address: string;
  /** `host:port` of the listener with the asked security; the plain one without any. */
  readonly secureAddress: string;
  readonly process: ServerProcess;
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data; stops it first where it runs. */
  restart(): Promise<void>;
}

// Two cores run broker and tests: the quick compiler alone and a small heap have it up in seconds.
const JAVA_FLAGS = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.apache.logging.log4j.level=INFO'];

const kafkaLibs = (): string => {
  const libs = process.env['AXION_TEST_KAFKA_LIBS'] ?? join(devFolder, 'kafka/libs');
  if (!existsSync(libs)) throw new Error('Kafka is not here: run "npm run setup" once (or the tests through "npm test"), which fetches it');
  return libs;
};

/** Starts a broker on free loopback ports, with its data in a temporary folder, and waits until it serves. */
export const startKafka = async (options: KafkaOptions = {}): Promise<KafkaBroker> => {
  const classPath = join(kafkaLibs(), '*');
  const java = firstProgram([process.env['AXION_TEST_JAVA'], 'java'], 'Java');
  const home = await tempDir('kafka');
  const place: KafkaPlace = {
    dataDir: join(home.path, 'data'),
    plainPort: await freePort(),
    controllerPort: await freePort(),
    securePort: await freePort(),
  };
  const file = join(home.path, 'server.properties');
  const launch = (main: string, args: readonly string[], ready?: RegExp): Promise<ServerProcess> =>
    ServerProcess.start({
      name: `Kafka (${main})`,
      command: java,
      args: [...JAVA_FLAGS, '-cp', classPath, main, ...args],
      cwd: home.path,
      readyTimeoutMs: 90_000,
      stopTimeoutMs: 20_000,
      ...(ready === undefined ? {} : { ready }),
      ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  const serve = (): Promise<ServerProcess> => launch('kafka.Kafka', [file], /Kafka Server started/);

  let running: ServerProcess;
  try {
    await writeFile(file, kafkaSettings(place, options.security, { ...options.settings }));
    const format = await launch('kafka.tools.StorageTool', ['format', '-t', 'YXhpb24tdGVzdC1rYWZrYQ', '-c', file, ...scramUsers(options.security)]);
    const { code } = await format.exited;
    if (code !== 0) throw new Error(`Kafka did not format its storage:\n${format.output}`);
    running = await serve();
  } catch (error) {
    await home.remove();
    throw error;
  }

  const address = `127.0.0.1:${place.plainPort}`;
  return {
    address,
    secureAddress: options.security === undefined ? address : `127.0.0.1:${place.securePort}`,
    get process() {
      return running;
    },
    stop: async () => void (await running.stop()),
    kill: async () => void (await running.kill()),
    restart: async () => {
      await running.stop();
      running = await serve();
    },
    [Symbol.asyncDispose]: async () => {
      // Its data go with it, so there is nothing that it would have to bring to an end.
      await running.kill();
      await home.remove();
    },
  };
};

/** A broker that is its own controller takes its first SCRAM users when its storage is formatted. */
const scramUsers = (security: KafkaSecurity | undefined): readonly string[] => {
  const sasl = security?.sasl;
  if (sasl === undefined || sasl.mechanism === 'PLAIN') return [];
  return ['--add-scram', `${sasl.mechanism}=[name=${sasl.username},password=${sasl.password}]`];
};
