// The runtimes of workloads besides Docker: libvirt with QEMU for virtual machines, and Compose. Tests start a libvirt of
// their own in namespaces of its own; no service of the machine is started or changed.
import { needPrograms } from './debian.mjs';

/** @typedef {import('./children.mjs').Children} Children */

/**
 * @param {Children} children
 * @returns {Promise<void>}
 */
export const provideRuntimes = async (children) => {
  await needPrograms(children, {
    programs: ['libvirtd', 'virtlogd', 'virsh', 'qemu-system-x86_64', 'qemu-img', 'qemu-io', 'genisoimage', 'isoinfo', 'dnsmasq', 'ip'],
    packages: ['libvirt-daemon-system', 'libvirt-clients', 'qemu-system-x86', 'qemu-utils', 'genisoimage', 'dnsmasq-base', 'iproute2'],
    why: 'tests of virtual machines boot tiny guests on a libvirt of their own; about a minute, 80 MB to fetch',
    otherwise: 'Those tests need a libvirt and QEMU for x86.',
  });
  await needPrograms(children, {
    programs: ['docker-compose'],
    packages: ['docker-compose'],
    why: 'tests of Compose applications run on it, and on version 2 where "npm run setup -- --compose-v2" has built that',
    otherwise: 'Put a docker-compose on PATH.',
  });
};
