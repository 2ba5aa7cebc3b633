import { daemonUnit } from './daemon-unit.ts';
import type { Host } from './host.ts';
import type { UnitFile } from './unit-file.ts';

/** The user that the bus runs as, and its folder under `agent.data_dir`. */
export const BUS_USER = 'axion-bus';
export const BUS_FOLDER = 'bus';

/**
 * The bus: nats-server under a supervisor that meets a damaged store and a full disk, and says that it is ready once the
 * streams are. It makes the components' keys; the service manager, which may read them all, hands each its own.
 */
export const busUnit = (host: Host): UnitFile =>
  daemonUnit(
    {
      unit: 'axion-bus.service',
      description: 'Axion: the local bus and the agent’s disk (nats-server)',
      order: [],
      program: 'bus-server.js',
      user: BUS_USER,
      touches: { network: 'loopback', owns: [BUS_FOLDER] },
      groups: [],
      folders: [],
      ports: [Number(new URL(host.config.bus.url).port || 4222)],
      limits: { memory: '512M', cpu: '200%', tasks: 128 },
      lines: [],
    },
    host,
  );
