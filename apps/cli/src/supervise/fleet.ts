import { COMPONENTS, isEnabled } from '@axion/contracts';
import type { Config } from '@axion/config';
import { componentEntry } from './entry.ts';
import type { ChildSpec } from './child.ts';
import { MALLOC_SETTINGS, nodeFlags } from './node-flags.ts';

export interface FleetPlace {
  readonly env: NodeJS.ProcessEnv;
  /** The command's own file. */
  readonly ownFile: string;
  readonly configFile: string | undefined;
}

/** The process of one instance of a component. Its own file is run by the same Node with the same configuration. */
export const componentProcess = (component: string, instance: string, place: FleetPlace): ChildSpec => ({
  name: `${component}.${instance}`,
  command: process.execPath,
  args: [...nodeFlags(component), componentEntry(component, place.ownFile)],
  env: { ...MALLOC_SETTINGS, ...place.env, AXION_INSTANCE: instance, ...(place.configFile === undefined ? {} : { AXION_CONFIG: place.configFile }) },
});

/** Every process that the configuration asks for, in the manifest's order. `instances` names how many of one component. */
export const fleetOf = (config: Config, place: FleetPlace, instances: ReadonlyMap<string, number> = new Map()): readonly ChildSpec[] =>
  COMPONENTS.filter((component) => isEnabled(component, config as unknown as Record<string, unknown>)).flatMap(({ name }) =>
    Array.from({ length: instances.get(name) ?? 1 }, (_, index) => componentProcess(name, String(index + 1), place)),
  );
