// `npm run test:vm`: the release on a real Debian server in a virtual machine, installed, killed, cut off and removed.
// Needs qemu and the machine's script, whose place `AXION_VM_TESTBED` names; takes about an hour without KVM.
//
//   npm run test:vm -- [--bundle DIR] [--cuts 10] [--scenes installation,updates,faults,read-only,full-disk,cuts,removal] [--page FILE]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { debianBinary } from './setup/debian-binary.mjs';
import { needPrograms } from './setup/debian.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { root } from './setup/paths.mjs';
import { provideEverything } from './setup/provide.mjs';

const testbed = resolve(process.env['AXION_VM_TESTBED'] ?? resolve(root, '../shared/testbed/vm-testbed'));
const env = await withChildren(async (children) => {
  if (!existsSync(testbed)) throw new SetupFailure(`The virtual machine's script is not at ${testbed}: set AXION_VM_TESTBED to it.`);
  const otherwise = 'Install QEMU and debootstrap and try again.';
  await needPrograms(children, { programs: ['qemu-system-x86_64', 'qemu-img', 'debootstrap', 'minisign'], packages: ['qemu-system-x86', 'qemu-utils', 'debootstrap', 'minisign'], why: 'the server is a virtual machine', otherwise });
  const provided = await provideEverything(children);
  const registry = await debianBinary(children, { name: 'docker-registry', package: 'docker-registry', path: 'usr/bin/docker-registry', why: 'the machine pulls images from it', otherwise });
  return { ...provided, AXION_TEST_REGISTRY_BINARY: registry, AXION_VM_TESTBED: testbed };
});
if (env !== undefined) await handOver('scripts/vm/main.ts', process.argv.slice(2), env);
