import { CEPH_AWAY, CEPH_BACK, CEPH_CLUSTER, CEPH_RIGHTS, NO_CEPH_RIGHTS, shownToBios } from '../storage.ts';
import type { Scene } from './place.ts';
import { machineWith, sleeper } from './wanted.ts';
import type { AskedVolume, Wanted } from './wanted.ts';

const data = (over: Partial<AskedVolume> = {}): AskedVolume => ({ name: 'data', driver: 'ceph-rbd', fsType: 'ext4', sizeGb: 1, mountPath: '/data', ...over });
/** Reads what was there, adds a line, and has it on the disk. */
const append = (line: string): string => `while read old; do echo was $old; done </data/log; echo ${line} >>/data/log; busybox sync`;

const FOLDER = '/var/lib/axion/volumes/deep';
const PUT_WRITER = `
install -d -o axion-workload-executor -g axion -m 0711 ${FOLDER}
install -o axion-workload-executor -g axion -m 0600 /root/writer.raw ${FOLDER}/boot.raw`;
const DOTS = `tail -n 1 ${FOLDER}/console.log | tr -cd . | wc -c`;

/** A Ceph cluster of one node, here on the machine itself. */
export const cephVolumes = async ({ machine, report, vms }: Scene, wanted: Wanted): Promise<void> => {
  const logs = async (id: string): Promise<string> => (await machine.sh(`docker logs ${id} 2>/dev/null`)).trim().replaceAll('\n', ', ');
  const must = (held: boolean, what: string): void => {
    if (!held) throw new Error(what);
  };
  const images = async (): Promise<string> => (await machine.sh('rbd ls | sort')).trim().replaceAll('\n', ', ');

  await report.step('Ceph: a cluster, and a unit without the right to use it', async () => {
    await machine.sh(CEPH_CLUSTER);
    const said = await wanted.fails('deep1', 'r1', 'CONTAINER', sleeper('', data()));
    must(said.startsWith('STORAGE_ERROR: '), `it was said: ${said}`);
    await wanted.gone('deep1');
    return said;
  });
  await report.step('Ceph: a container writes, another revision reads it, with the rights of a drop-in', async () => {
    const exposure = await machine.sh(CEPH_RIGHTS);
    await wanted.runs('deep1', 'r1', 'CONTAINER', sleeper(append('one'), data()));
    await wanted.runs('deep1', 'r2', 'CONTAINER', sleeper(append('two'), data()));
    must((await logs('deep1')) === 'was one', `it read: ${await logs('deep1')}`);
    return `images: ${await images()}; ${exposure.trim().replaceAll(/^\W+/g, '')}`;
  });
  await report.step('Ceph: data stays with its workload gone, is found again, and goes where that is asked for', async () => {
    await wanted.gone('deep1');
    const kept = await images();
    await wanted.runs('deep1', 'r3', 'CONTAINER', sleeper(append('three'), data({ retainPolicy: 'delete' })));
    const read = await logs('deep1');
    must(read === 'was one, was two', `it read: ${read}`);
    await wanted.gone('deep1');
    must((await images()) === '', `left: ${await images()}`);
    return `kept: ${kept}; read again: ${read}; with retain_policy delete it went`;
  });
  await report.step('Ceph: an image with data that nobody knows', async () => {
    await machine.sh(`head -c 1000000 /dev/urandom >/root/unknown && truncate -s 1G /root/unknown && rbd import --no-progress /root/unknown rbd/axion+deep2+data && rm /root/unknown`);
    const sum = (): Promise<string> => machine.sh('rbd export --no-progress rbd/axion+deep2+data - | sha256sum');
    const before = await sum();
    const said = await wanted.fails('deep2', 'r1', 'CONTAINER', sleeper('', data()));
    await wanted.gone('deep2');
    must((await sum()) === before && said.startsWith('STORAGE_ERROR: '), `it was changed, or it was said: ${said}`);
    await machine.sh('rbd remove --no-progress rbd/axion+deep2+data');
    return `left as it was; ${said}`;
  });
  if (vms) {
    await report.step('Ceph: a virtual machine with a disk in the cluster', async () => {
      await machine.sh(PUT_WRITER);
      await wanted.runs('deep', 'r1', 'VM', machineWith(data()));
      await machine.sh(shownToBios('deep'));
      await machine.until('the machine to write', `[ $(${DOTS}) -ge 3 ]`);
      return `images: ${await images()}`;
    });
  }
  await report.step('Ceph: the cluster is away and comes back', async () => {
    await wanted.runs('deep3', 'r1', 'CONTAINER', sleeper(append('one'), data()));
    await machine.sh(CEPH_AWAY);
    const before = vms ? Number(await machine.sh(DOTS)) : 0;
    const said = await wanted.fails('deep4', 'r1', 'CONTAINER', sleeper('', data()));
    const seen = await wanted.api.status('deep3');
    const state = seen?.state ?? 'gone';
    must(state === 'RUNNING' || state === 'UNKNOWN', `the container is ${state}: ${seen?.message}`);
    await machine.sh(CEPH_BACK);
    await wanted.until('deep4', 'it to run', (now) => now.state === 'RUNNING');
    if (vms) await machine.until('the machine to write again', `[ $(${DOTS}) -gt ${before + 1} ]`);
    return `another container: ${said}, and it came by itself with the cluster; what ran was ${state} meanwhile${vms ? '; the machine waited and goes on' : ''}`;
  });
  await report.step('Ceph: everything removed', async () => {
    for (const id of ['deep3', 'deep4', ...(vms ? ['deep'] : [])]) await wanted.gone(id);
    const mapped = (await machine.sh('rbd device list')).trim();
    must(mapped === '', `still mapped: ${mapped}`);
    await machine.sh(`${NO_CEPH_RIGHTS}\n${CEPH_AWAY}\nrm -rf ${FOLDER}`);
    return 'nothing is mapped';
  });
};
