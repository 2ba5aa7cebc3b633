import { join } from 'node:path';
import type { BusServerOptions } from './bus-server.ts';

/** The part of the configuration that the bus is built from. */
export interface BusSettings {
  readonly agent: { readonly data_dir: string };
  readonly bus: { readonly url: string; readonly credentials_dir: string; readonly store_dir: string; readonly max_store_mb: number };
  readonly telemetry: { readonly buffer_mb: number };
}

/** Everything the bus needs, from the effective configuration. */
export const busServerOptions = ({ agent, bus, telemetry }: BusSettings, binary: string): BusServerOptions => ({
  binary,
  url: bus.url,
  credentialsDir: bus.credentials_dir,
  storeDir: bus.store_dir,
  maxStoreMb: bus.max_store_mb,
  configFile: join(agent.data_dir, 'bus', 'nats.conf'),
  telemetryMb: telemetry.buffer_mb,
});
