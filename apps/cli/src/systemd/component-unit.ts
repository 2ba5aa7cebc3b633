import { isEnabled, valueAt } from '@axion/contracts';
import type { ComponentSpec, ComponentTouches } from '@axion/contracts';
import { isLoopback } from '@axion/core';
import { daemonUnit } from './daemon-unit.ts';
import type { Daemon } from './daemon-unit.ts';
import { HYPERVISOR_GROUP } from './sandbox.ts';
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

/** A key of the section that `key` is in. */
const beside = (key: string, name: string): string => `${key.split('.')[0]}.${name}`;

/** The keys of the ports of what is switched on: `agent_api.port` counts where `agent_api.enabled` is not off. */
const openPorts = ({ touches }: ComponentSpec, { config }: Host): readonly string[] => (touches.ports ?? []).filter((key) => valueAt(config, beside(key, 'enabled')) !== false);

/** What it may touch here: whoever listens on loopback alone needs nothing beyond it. A port without a `bind` beside it is on loopback. */
const touchesHere = (component: ComponentSpec, host: Host): ComponentTouches => {
  const binds = openPorts(component, host).map((key) => valueAt(host.config, beside(key, 'bind')));
  const listensBeyond = binds.some((bind) => typeof bind === 'string' && !isLoopback(bind));
  return component.touches.network === 'listen' && !listensBeyond ? { ...component.touches, network: 'loopback' } : component.touches;
};

/** Whether the configuration has the component use libvirt. */
export const usesLibvirt = (component: ComponentSpec, { config }: Host): boolean =>
  component.touches.libvirt !== undefined && isEnabled(component, config) && valueAt(config, component.touches.libvirt) === true;

/** Folders outside the data folder that are the component's own. */
export const foldersAt = ({ touches }: ComponentSpec, { config }: Host): readonly string[] => (touches.ownsAt ?? []).map((key) => String(valueAt(config, key)));

/** Node takes 11 tasks and about 60 MB; a Compose that brings an application up, 30 and as much again. */
const limitsOf = ({ touches }: ComponentSpec): Daemon['limits'] => {
  if (touches.programs) return { memory: '1G', cpu: '200%', tasks: 512 };
  return touches.docker ? { memory: '512M', cpu: '200%', tasks: 96 } : { memory: '256M', cpu: '100%', tasks: 64 };
};

/**
 * The unit of one component. It starts after the bus but neither requires nor wants it: who restarts the bus does not
 * restart the components, they reconnect, and a component that is started again does not start a bus that was stopped.
 */
export const componentUnit = (component: ComponentSpec, host: Host): UnitFile => {
  const { touches } = component;
  const libvirt = usesLibvirt(component, host);
  const folders = foldersAt(component, host);
  const after = ['axion-bus.service', ...(touches.docker ? ['docker.service'] : []), ...(libvirt ? ['libvirtd.service', 'virtqemud.socket'] : []), ...(touches.network === 'out' ? ['network-online.target'] : [])];
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
      touches: touchesHere(component, host),
      groups: [...(touches.docker ? ['docker'] : []), ...(libvirt ? [HYPERVISOR_GROUP] : [])],
      folders,
      ports: openPorts(component, host).map((key) => Number(valueAt(host.config, key))),
      limits: limitsOf(component),
      lines: [...(component.instances ? ([['Environment', 'AXION_INSTANCE=%i']] as const) : []), ...credentials(component, host)],
    },
    host,
  );
};
