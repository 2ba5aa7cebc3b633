import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { untilAborted } from '@axion/core';
import { freePort, ServerProcess, startKafka, tempDir, waitFor } from '@axion/testkit';
import { openDocker } from '../session/docker.ts';
import type { Session } from '../session/session.ts';
import { part } from '../setup/progress.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the tour needs to know of what was started. */
export interface Surroundings {
  /** Named so that it takes nobody's place on an engine that others use too. */
  readonly project: string;
  readonly brokers: readonly string[];
  readonly agentId: string;
  readonly image: string;
  readonly controlPlaneUrl: string;
  readonly healthUrl: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly agentPid: number;
}

const tomlOf = (sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean | readonly string[]>>>>): string =>
  Object.entries(sections)
    .map(([section, keys]) => `[${section}]\n${Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join('\n')}\n`)
    .join('\n');

/** Starts everything for real: engine, registry, broker, control plane, agent. What it started ends with the session. */
export const startSurroundings = async (session: Session): Promise<Surroundings> => {
  const { stack, signal, start } = session;
  const home = stack.use(await tempDir('demo'));
  const own = process.env['KAFKA_BROKERS'];
  // The broker takes the longest, so it starts first and is waited for last.
  const kafka = own === undefined ? startKafka({ signal }) : undefined;
  kafka?.catch(() => {});
  stack.defer(async () => (await kafka?.catch(() => undefined))?.[Symbol.asyncDispose]());
  const { engine, image } = await openDocker(session);
  const brokers = kafka === undefined ? (own ?? '').split(',') : [(await start('Kafka broker', () => kafka)).address];

  const token = randomBytes(16).toString('hex');
  const tokenFile = join(home.path, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const controlPlane = await start('Reference control plane', () =>
    ServerProcess.start({ name: 'control-plane', command: process.execPath, args: [join(ROOT, 'apps/control-plane/dist/main.js'), '--token-file', tokenFile], ready: /grpc_port/, signal }),
  );
  const ports = JSON.parse(await controlPlane.line(/grpc_port/)) as { grpc_port: number; http_port: number };
  const controlPlaneUrl = `http://127.0.0.1:${ports.http_port}`;

  const configFile = join(home.path, 'agent.toml');
  const healthPort = await freePort();
  const logFile = join(home.path, 'agent.log');
  const config = tomlOf({
    agent: { data_dir: join(home.path, 'data'), server_id: 'demo-server' },
    control_plane: { grpc_url: `http://127.0.0.1:${ports.grpc_port}` },
    kafka: { brokers },
    bus: { url: `nats://127.0.0.1:${await freePort()}` },
    docker: { host: engine.host },
    telemetry: { interval_seconds: 2 },
    health: { port: healthPort },
    logging: { file: logFile },
  });
  await writeFile(configFile, config);
  const agent = await start('The agent: axion run', () =>
    ServerProcess.start({
      name: 'axion',
      command: process.execPath,
      args: [join(ROOT, 'apps/cli/dist/main.js'), 'run', '--config', configFile],
      env: { AXION_AGENT__AGENT__TOKEN: token },
      ready: /the agent is ready/,
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 20_000,
      signal,
    }),
  );
  const agentId = await part('Enrolment with a token', () =>
    untilAborted(waitFor(async () => ((await (await fetch(`${controlPlaneUrl}/agents`)).json()) as { agents: { agent_id: string }[] }).agents[0]?.agent_id, { what: 'the agent to enrol', timeoutMs: 30_000 }), signal),
  );
  return { project: `demo-${session.id}-hello`, brokers, agentId, image, controlPlaneUrl, healthUrl: `http://127.0.0.1:${healthPort}`, configFile, logFile, agentPid: agent.pid };
};
