import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AxionError } from '@axion/core';
import { createCredentials } from './credentials.ts';
import { natsServerConfig } from './nats-server-config.ts';

export interface PrepareBusOptions {
  /** `[bus].url`: a loopback address. */
  readonly url: string;
  readonly credentialsDir: string;
  readonly storeDir: string;
  readonly maxStoreMb: number;
  /** Where the server's configuration is written. */
  readonly configFile: string;
}

/** Creates what nats-server needs before it starts: keys, folders, its configuration. Can be repeated. */
export const prepareBus = async (options: PrepareBusOptions): Promise<void> => {
  const { hostname, port } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host !== 'localhost' && host !== '::1' && !host.startsWith('127.')) {
    throw new AxionError('INVALID_ARGUMENT', `bus.url ${options.url}: the bus listens on a loopback address only, e.g. nats://127.0.0.1:4322`);
  }
  const users = await createCredentials(options.credentialsDir);
  await mkdir(options.storeDir, { recursive: true, mode: 0o700 });
  await mkdir(dirname(options.configFile), { recursive: true });
  const text = natsServerConfig({ host: hostname, port: Number(port || 4222), storeDir: options.storeDir, maxStoreMb: options.maxStoreMb, users });
  // In one step, so that a server which reloads never reads half of it.
  const draft = `${options.configFile}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o640 });
  await rename(draft, options.configFile);
};
