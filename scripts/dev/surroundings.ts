import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, spawnComponent, startKafka } from '@axion/testkit';
import { openDocker } from '../session/docker.ts';
import type { Session } from '../session/session.ts';

/** Configuration as sections of keys. */
export type Sections = Readonly<Record<string, Readonly<Record<string, string | number | boolean | readonly string[]>>>>;

/** What one component meets, as its configuration has it, and an image that it can run where it runs any. */
export interface DevSurroundings {
  readonly sections: Sections;
  readonly image?: string;
}

/** What one component meets outside the bus: its neighbour started for real, or switched off. */
export const surroundingsOf = async (component: string, session: Session, dir: string): Promise<DevSurroundings> => {
  if (component.endsWith('-executor')) {
    const { engine, image } = await openDocker(session);
    return { sections: { docker: { host: engine.host } }, image };
  }
  if (component === 'command-worker') {
    const own = process.env['KAFKA_BROKERS'];
    if (own !== undefined) return { sections: { kafka: { brokers: own.split(',') } } };
    const kafka = await session.start('Kafka broker', () => startKafka({ signal: session.signal }));
    return { sections: { kafka: { brokers: [kafka.address] } } };
  }
  if (component === 'control-link') {
    const token = randomBytes(16).toString('hex');
    const file = join(dir, 'token');
    await writeFile(file, token, { mode: 0o600 });
    const args = ['--token-file', file];
    const plane = await session.start('Reference control plane', () => spawnComponent('control-plane', { args, ready: /grpc_port/ }));
    const { grpc_port: port } = JSON.parse(await plane.line(/grpc_port/)) as { grpc_port: number };
    process.env['AXION_AGENT__AGENT__TOKEN'] = token;
    return { sections: { control_plane: { grpc_url: `http://127.0.0.1:${port}` } } };
  }
  if (component === 'local-gateway') return { sections: { local: { enabled: true, grpc_local_port: await freePort(), ipc_socket_path: join(dir, 'agent.sock') } } };
  return { sections: component === 'health-endpoint' ? { health: { port: await freePort() } } : {} };
};

/** Sections as a TOML file. */
export const toToml = (sections: Sections): string =>
  Object.entries(sections)
    .map(([name, keys]) => `[${name}]\n${Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join('')}`)
    .join('\n');
