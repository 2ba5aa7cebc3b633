import { dirname } from 'node:path';
import { COMPONENTS } from '@axion/contracts';
import type { ComponentSpec } from '@axion/contracts';
import { BUS_FOLDER, BUS_USER } from './bus-unit.ts';
import { foldersAt, userOf, usesLibvirt } from './component-unit.ts';
import type { Host } from './host.ts';
import { HYPERVISOR_GROUP } from './sandbox.ts';
import { HEADER } from './unit-file.ts';

/** Each process with the folders under `agent.data_dir` that are its own to write. */
export const PROCESSES: readonly { readonly user: string; readonly owns: readonly string[] }[] = [
  { user: BUS_USER, owns: [BUS_FOLDER] },
  ...COMPONENTS.map((component: ComponentSpec) => ({ user: userOf(component), owns: component.touches.owns ?? [] })),
];

/** One user for each process and the group they share (sysusers.d(5)). */
export const sysusers = (host: Host): string =>
  [
    HEADER,
    'g axion -',
    // There before Docker is installed, too: the executors' units name it.
    'g docker -',
    ...(COMPONENTS.some((component) => usesLibvirt(component, host)) ? [`g ${HYPERVISOR_GROUP} -`] : []),
    ...PROCESSES.map(({ user }) => `u ${user} - "Axion runner agent"`),
    // What the unit gives its process is not enough: polkit, which guards libvirt's socket, looks in the list of the group.
    ...COMPONENTS.flatMap((component) => (usesLibvirt(component, host) ? [`m ${userOf(component)} ${HYPERVISOR_GROUP}`] : [])),
    '',
  ].join('\n');

/** The folders of the data, each for the one process that writes there (tmpfiles.d(5)). */
export const tmpfiles = (host: Host): string => {
  const { config } = host;
  const data = config.agent.data_dir;
  const logs = config.logging.file === undefined ? [] : [`d ${dirname(config.logging.file)} 0770 root axion -`];
  return [
    HEADER,
    `d ${data} 0755 root root -`,
    ...PROCESSES.flatMap(({ user, owns }) => owns.map((folder) => `d ${data}/${folder} 0700 ${user} axion -`)),
    // What the component makes there for a hypervisor has to be reached by it.
    ...COMPONENTS.flatMap((component: ComponentSpec) => foldersAt(component, host).map((folder) => `d ${folder} 0711 ${userOf(component)} axion -`)),
    `d ${config.agent.projects_dir} 0750 root axion -`,
    'd /etc/axion/certs 0750 root axion -',
    ...logs,
    '',
  ].join('\n');
};
