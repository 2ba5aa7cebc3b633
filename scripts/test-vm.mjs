// `npm run test:vm`: the release on a real Debian server in a virtual machine, installed, killed, cut off and removed.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readArguments, refuse } from './setup/arguments.mjs';
import { debianBinary } from './setup/debian-binary.mjs';
import { needPrograms } from './setup/debian.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { bin, root } from './setup/paths.mjs';
import { provideComposeV2 } from './setup/compose-v2.mjs';
import { provideEverything } from './setup/provide.mjs';

const MACHINES = {
  vm: { script: process.env['AXION_VM_TESTBED'] ?? '../shared/testbed/vm-testbed', programs: ['qemu-system-x86_64', 'qemu-img', 'debootstrap', 'minisign'], packages: ['qemu-system-x86', 'qemu-utils', 'debootstrap', 'minisign'] },
  uml: { script: 'scripts/vm/uml-testbed', programs: ['linux.uml', 'debootstrap', 'minisign'], packages: ['user-mode-linux', 'debootstrap', 'minisign'] },
  container: { script: 'scripts/vm/container-testbed', programs: ['systemd-nspawn', 'debootstrap', 'minisign'], packages: ['systemd-container', 'debootstrap', 'minisign'] },
};
const usage = `usage: npm run test:vm [-- [--machine vm|uml|container] [--scenes NAME,NAME] [--cuts NUMBER] [--bundle DIR] [--next DIR] [--page FILE] [--work DIR]]
  --machine   vm (default): QEMU, by the script that AXION_VM_TESTBED names; hours without KVM on a busy host
              uml: User Mode Linux, a kernel and a disk of its own, nothing emulated; a power cut loses what was not flushed
              container: systemd-nspawn, quickest; a power cut loses processes alone, and its disk is the host's
  --scenes    of installation, updates, workloads, volumes, faults, read-only, full-disk, cuts, operator, removal (default: all), in that order or another
  --cuts      power cuts (default: 10)
  --bundle    the release (default: dist/bundle)
  --next      a later one (default: is built)
  --page      the results (default: docs/results/MACHINE.md)
  --work      the folder of the machine and of its base image`;
const text = /** @type {const} */ ({ type: 'string' });
const { values } = readArguments(usage, { options: { machine: { ...text, default: 'vm' }, scenes: text, cuts: text, bundle: text, next: text, page: text, work: text } });
const machine = MACHINES[/** @type {keyof typeof MACHINES} */ (values.machine)] ?? refuse(`--machine ${values.machine}: there is no such machine`, usage);
const env = await withChildren(async (children) => {
  const testbed = resolve(root, machine.script);
  if (!existsSync(testbed)) throw new SetupFailure(`The virtual machine's script is not at ${testbed}: set AXION_VM_TESTBED to it, or take --machine uml.`);
  const otherwise = `Install ${machine.packages.join(', ')} and try again.`;
  await needPrograms(children, { ...machine, why: 'the server is made of them', otherwise });
  const provided = await provideEverything(children);
  const registry = await debianBinary(children, { name: 'docker-registry', package: 'docker-registry', path: 'usr/bin/docker-registry', why: 'the machine pulls images from it', otherwise });
  await provideComposeV2(children);
  return { ...provided, AXION_TEST_REGISTRY_BINARY: registry, AXION_TEST_COMPOSE: join(bin, 'docker-compose-v2'), AXION_VM_TESTBED: testbed };
});
if (env !== undefined) await handOver('scripts/vm/main.ts', process.argv.slice(2), env);
