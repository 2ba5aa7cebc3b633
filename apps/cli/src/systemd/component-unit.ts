import type { ComponentSpec } from '@axion/contracts';
import { daemonUnit } from './daemon-unit.ts';
import { secretFile, secretKeys } from './host-secrets.ts';
import type { Host } from './host.ts';
import type { UnitFile, UnitLine } from './unit-file.ts';

/** The names of a component's unit and, where instances share the work, of the one started by default. */
export const unitNames = (component: ComponentSpec): { readonly unit: string; readonly started: string } =>
  component.instances
    ? { unit: `axion-${component.name}@.service`, started: `axion-${component.name}@1.service` }
    : { unit: `axion-${component.name}.service`, started: `axion-${component.name}.service` };

/** The user that a component runs as. */
export const userOf = ({ name }: ComponentSpec): string => `axion-${name}`;

const credentials = (component: ComponentSpec, { secrets, secretsDir, config }: Host): readonly UnitLine[] => [
  ['LoadCredential', `bus.nk:${config.bus.credentials_dir}/${component.name}.nk`],
  ...secretKeys(component).flatMap((key) => {
    const stored = secrets.get(key);
    if (stored === undefined) return [];
    return [[stored === 'encrypted' ? 'LoadCredentialEncrypted' : 'LoadCredential', `${key}:${secretFile(secretsDir, key, stored)}`] as const];
  }),
];

/**
 * The unit of one component. It starts after the bus but neither requires nor wants it: who restarts the bus does not
 * restart the components, they reconnect, and a component that is started again does not start a bus that was stopped.
 */
export const componentUnit = (component: ComponentSpec, host: Host): UnitFile => {
  const { touches } = component;
  const after = ['axion-bus.service', ...(touches.docker ? ['docker.service'] : []), ...(touches.network === 'out' ? ['network-online.target'] : [])];
  return daemonUnit(
    {
      unit: unitNames(component).unit,
      description: component.instances ? `${component.description} (instance %i)` : component.description,
      order: [
        ...(touches.network === 'out' ? ([['Wants', 'network-online.target']] as const) : []),
        ['After', after.join(' ')],
      ],
      program: `${component.name}.js`,
      user: userOf(component),
      touches,
      ports: touches.network === 'listen' ? [host.config.health.port] : [],
      limits: touches.docker ? { memory: '512M', cpu: '200%', tasks: 96 } : { memory: '256M', cpu: '100%', tasks: 64 },
      lines: [...(component.instances ? ([['Environment', 'AXION_INSTANCE=%i']] as const) : []), ...credentials(component, host)],
    },
    host,
  );
};
