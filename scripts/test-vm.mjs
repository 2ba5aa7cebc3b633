// `npm run test:vm`: the release on a real Debian server in a virtual machine, installed, killed, cut off and removed.
// Needs qemu and the machine's script, whose place `AXION_VM_TESTBED` names; takes hours without KVM on a busy host.
// With `--container` the server is a container with systemd: minutes, but a power cut loses nothing that was written.
//
//   npm run test:vm -- [--container] [--bundle DIR] [--cuts 10] [--scenes installation,updates,faults,read-only,full-disk,cuts,removal] [--page FILE]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { debianBinary } from './setup/debian-binary.mjs';
import { needPrograms } from './setup/debian.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { root } from './setup/paths.mjs';
import { provideEverything } from './setup/provide.mjs';

const container = process.argv.includes('--container');
const testbed = container ? resolve(root, 'scripts/vm/container-testbed') : resolve(process.env['AXION_VM_TESTBED'] ?? resolve(root, '../shared/testbed/vm-testbed'));
const needs = container
  ? { programs: ['systemd-nspawn', 'debootstrap', 'minisign'], packages: ['systemd-container', 'debootstrap', 'minisign'], why: 'the server is a container with systemd', otherwise: 'Install systemd-container and debootstrap and try again.' }
  : { programs: ['qemu-system-x86_64', 'qemu-img', 'debootstrap', 'minisign'], packages: ['qemu-system-x86', 'qemu-utils', 'debootstrap', 'minisign'], why: 'the server is a virtual machine', otherwise: 'Install QEMU and debootstrap and try again.' };
const env = await withChildren(async (children) => {
  if (!existsSync(testbed)) throw new SetupFailure(`The virtual machine's script is not at ${testbed}: set AXION_VM_TESTBED to it.`);
  await needPrograms(children, needs);
  const provided = await provideEverything(children);
  const registry = await debianBinary(children, { name: 'docker-registry', package: 'docker-registry', path: 'usr/bin/docker-registry', why: 'the machine pulls images from it', otherwise: needs.otherwise });
  return { ...provided, AXION_TEST_REGISTRY_BINARY: registry, AXION_VM_TESTBED: testbed };
});
if (env !== undefined) await handOver('scripts/vm/main.ts', process.argv.slice(2), env);
