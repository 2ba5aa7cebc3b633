import type { ConfigSpec, SecretSpec } from '@axion/compose';
import { EngineCalls } from './engine-calls.ts';
import type { EngineCallsOptions } from './engine-calls.ts';
import { containers } from './containers.ts';
import type { Containers } from './containers.ts';
import { distribution } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { events } from './events.ts';
import type { EngineEvents } from './events.ts';
import { configs, secrets } from './file-objects.ts';
import type { FileObjects } from './file-objects.ts';
import { images } from './images.ts';
import type { Images } from './images.ts';
import { logs } from './logs.ts';
import type { Logs } from './logs.ts';
import { networks } from './networks.ts';
import type { Networks } from './networks.ts';
import { nodes } from './nodes.ts';
import type { Nodes } from './nodes.ts';
import { services } from './services.ts';
import type { Services } from './services.ts';
import { swarm } from './swarm.ts';
import type { Swarm } from './swarm.ts';
import { tasks } from './tasks.ts';
import type { Tasks } from './tasks.ts';
import { volumes } from './volumes.ts';
import type { Volumes } from './volumes.ts';

/** A Docker Engine, by noun. Every call has a deadline and translates its errors; see `EngineCalls`. */
export interface Engine {
  readonly swarm: Swarm;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly networks: Networks;
  readonly secrets: FileObjects<SecretSpec>;
  readonly configs: FileObjects<ConfigSpec>;
  readonly nodes: Nodes;
  readonly containers: Containers;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly distribution: Distribution;
  readonly logs: Logs;
  readonly events: EngineEvents;
  close(): void;
}

/** Nothing is sent before the first call. @throws {AxionError} `INVALID_ARGUMENT` when the address cannot be read */
export const openEngine = (options: EngineCallsOptions): Engine => {
  const calls = new EngineCalls(options);
  return {
    swarm: swarm(calls),
    services: services(calls),
    tasks: tasks(calls),
    networks: networks(calls),
    secrets: secrets(calls),
    configs: configs(calls),
    nodes: nodes(calls),
    containers: containers(calls),
    images: images(calls),
    volumes: volumes(calls),
    distribution: distribution(calls),
    logs: logs(calls),
    events: events(calls),
    close: () => calls.close(),
  };
};
