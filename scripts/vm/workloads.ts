import { TINY_GUEST_UP } from '@axion/testkit';
import { IMAGE } from './guest.ts';

/** A workload that is to run. */
export interface Workload {
  readonly id: string;
  /** As in a Persys request. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** A script that succeeds in the machine when it runs. */
  readonly runs: string;
}

/** Containers of a workload that run, one at least. */
const containersRun = (label: string): string => `docker ps -q --filter label=${label} --filter status=running | grep -q .`;

const SLEEP = ['sh', '-c', 'exec sleep 1000000'];

export const CONTAINER: Workload = { id: 'kept', spec: { container: { image: IMAGE, command: SLEEP } }, runs: containersRun('dev.axion.workload=kept') };

export const COMPOSE: Workload = {
  id: 'shop',
  spec: { compose: { project_name: 'shop', compose_yaml: JSON.stringify({ services: { web: { image: IMAGE, command: SLEEP, init: true, restart: 'unless-stopped' }, worker: { image: IMAGE, command: SLEEP, init: true, restart: 'unless-stopped', depends_on: ['web'] } } }) } },
  runs: `[ $(docker ps -q --filter label=com.docker.compose.project=shop --filter status=running | wc -l) = 2 ]`,
};

/** Its disk is there before, put there by an operator. */
export const VIRTUAL_MACHINE: Workload = {
  id: 'tiny',
  spec: { vm: { name: 'Tiny', vcpus: 1, memory_mb: 64, disks: [{ path: 'boot.raw', format: 'raw', type: 'disk', boot: true }] } },
  runs: `virsh -q -c qemu:///system domstate tiny | grep -qx running && grep -q ${TINY_GUEST_UP} /var/lib/axion/volumes/tiny/console.log`,
};
export const VM_FOLDER = '/var/lib/axion/volumes/tiny';
export const PUT_DISK = `
install -d -o axion-workload-executor -g axion -m 0711 ${VM_FOLDER}
install -o axion-workload-executor -g axion -m 0600 /root/boot.raw ${VM_FOLDER}/boot.raw`;

/** What the executor's health says of its runtimes. */
export const RUNTIMES = `curl -fsS http://127.0.0.1:8080/health | python3 -c '
import json, sys
for i in json.load(sys.stdin)["components"]["workload-executor"]["instances"]:
  for c in i["checks"]:
    if c["name"].startswith("runtime"): print(c["name"], c["status"], "-", c["message"])'`;

/** Compose version 2, where Docker's program looks for it. */
export const COMPOSE_PLUGIN = `install -D -m 755 /root/docker-compose-v2 /usr/local/lib/docker/cli-plugins/docker-compose
`;
