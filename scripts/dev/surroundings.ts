import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, spawnComponent, startKafka } from '@axion/testkit';
import { openDocker } from '../session/docker.ts';
import type { Session } from '../session/session.ts';
import { step } from '../setup/progress.mjs';

/** Configuration as sections of keys. */
export type Sections = Readonly<Record<string, Readonly<Record<string, string | number | boolean | readonly string[]>>>>;

/** What one component meets outside the bus: its neighbour started for real, or switched off. */
export const surroundingsOf = async (component: string, session: Session, dir: string): Promise<Sections> => {
  if (component.endsWith('-executor')) {
    const { engine } = await openDocker(session);
    return { docker: { host: engine.host } };
  }
  if (component === 'command-worker') {
    const own = process.env['KAFKA_BROKERS'];
    if (own !== undefined) return { kafka: { brokers: own.split(',') } };
    const kafka = session.stack.use(await step('Starting a Kafka broker', () => startKafka()));
    return { kafka: { brokers: [kafka.address] } };
  }
  if (component === 'control-link') {
    const token = randomBytes(16).toString('hex');
    const file = join(dir, 'token');
    await writeFile(file, token, { mode: 0o600 });
    const args = ['--token-file', file];
    const plane = session.stack.use(await spawnComponent('control-plane', { args, ready: /grpc_port/ }));
    const { grpc_port: port } = JSON.parse(await plane.line(/grpc_port/)) as { grpc_port: number };
    process.env['AXION_AGENT__AGENT__TOKEN'] = token;
    return { control_plane: { grpc_url: `http://127.0.0.1:${port}` } };
  }
  return component === 'health-endpoint' ? { health: { port: await freePort() } } : {};
};

/** Sections as a TOML file. */
export const toToml = (sections: Sections): string =>
  Object.entries(sections)
    .map(([name, keys]) => `[${name}]\n${Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join('')}`)
    .join('\n');
