import { EXPORTED, NFS_AWAY, NFS_BACK, NFS_SERVER, shownToBios } from '../storage.ts';
import type { Scene } from './place.ts';
import { machineWith, sleeper } from './wanted.ts';
import type { AskedVolume, Wanted } from './wanted.ts';

const shared = (over: Partial<AskedVolume> = {}): AskedVolume => ({ name: 'shared', driver: 'nfs', fsType: `nfs://127.0.0.1${EXPORTED}?vers=4.2`, mountPath: '/shared', ...over });
const disk = shared({ name: 'disk', sizeGb: 1 });

const FOLDER = '/var/lib/axion/volumes/wet';
/** Its boot disk writes a sector to its second disk each second, and says a dot for each. */
const PUT_WRITER = `
install -d -o axion-workload-executor -g axion -m 0711 ${FOLDER}
install -o axion-workload-executor -g axion -m 0600 /root/writer.raw ${FOLDER}/boot.raw`;
const DOTS = `tail -n 1 ${FOLDER}/console.log | tr -cd . | wc -c`;
const COMPOSE = JSON.stringify({
  services: { web: { image: '127.0.0.1:5000/axion/busybox:1', command: ['sh', '-c', 'echo compose >>/shared/web; exec sleep 1000000'], init: true, volumes: ['data:/shared'] } },
  volumes: { data: { driver_opts: { type: 'nfs', o: 'addr=127.0.0.1,rw,nfsvers=4.2', device: `:${EXPORTED}` } } },
});

/** An NFS server of the network, here on the machine itself: used, taken away, given back. */
export const nfsVolumes = async ({ machine, report, vms }: Scene, wanted: Wanted): Promise<void> => {
  const onServer = async (file: string): Promise<string> => (await machine.sh(`cat ${EXPORTED}/${file}`)).trim().replaceAll('\n', ' ');
  const must = (held: boolean, what: string): void => {
    if (!held) throw new Error(what);
  };
  const running = (id: string): Promise<string> => machine.sh(`docker ps -q --no-trunc --filter name=^${id}$`);
  const dots = async (): Promise<number> => Number(await machine.sh(DOTS));

  await report.step('NFS: a container writes to an export, another revision reads it', async () => {
    await machine.sh(NFS_SERVER);
    await wanted.runs('dry', 'r1', 'CONTAINER', sleeper('echo one >>/shared/dry', shared()));
    must((await onServer('dry')) === 'one', `on the server is: ${await onServer('dry')}`);
    await wanted.runs('dry', 'r2', 'CONTAINER', sleeper('read line </shared/dry; echo $line two >/shared/dry.new', shared()));
    must((await onServer('dry.new')) === 'one two', `on the server is: ${await onServer('dry.new')}`);
    return 'what it wrote lies on the server and was read by the next revision';
  });
  await report.step('NFS: a Compose application with a volume of its own on the export', async () => {
    await wanted.runs('shopnfs', 'r1', 'COMPOSE', { compose: { project_name: 'shopnfs', compose_yaml: COMPOSE } });
    const wrote = await onServer('web');
    await wanted.gone('shopnfs');
    must(wrote === 'compose' && (await onServer('web')) === 'compose', `on the server is: ${wrote}`);
    return 'what it wrote lies on the server, also after its deletion';
  });
  if (vms) {
    await report.step('NFS: a virtual machine with a disk on the export', async () => {
      await machine.sh(PUT_WRITER);
      await wanted.runs('wet', 'r1', 'VM', machineWith(disk));
      await machine.sh(shownToBios('wet'));
      await machine.until('the machine to write', `[ $(${DOTS}) -ge 3 ]`);
      const mounted = (await machine.sh(`grep ' /var/lib/axion/volumes/.nfs/' /proc/mounts | cut -d ' ' -f 1,3; grep -c TINY-GUEST-UP ${EXPORTED}/wet+disk.qcow2`)).trim().split('\n');
      return `mounted by libvirt (${mounted[0]}); the unit has no right to mount; ${mounted[1]} sectors are on the server`;
    });
  }
  await report.step('NFS: the server is away', async () => {
    await wanted.runs('other', 'r1', 'CONTAINER', sleeper(''));
    const before = await running('dry');
    await machine.sh(NFS_AWAY);
    const refused = await wanted.fails('dry', 'r3', 'CONTAINER', sleeper('echo three >>/shared/dry', shared()));
    const began = Date.now();
    await wanted.runs('other', 'r2', 'CONTAINER', sleeper(''));
    const other = (Date.now() - began) / 1000;
    await machine.sh('docker kill other >/dev/null');
    await wanted.until('other', 'it to be brought back', ({ state }) => state === 'RUNNING');
    must((await running('dry')) === before, 'the container was touched');
    must(refused.startsWith('STORAGE_ERROR: the NFS server 127.0.0.1 cannot be reached'), `it was said: ${refused}`);
    if (!vms) return `revision r3: ${refused}; the former one was left alone; another container: ${other.toFixed(0)} s, and brought back after a kill`;
    const paused = await machine.until('the machine to be paused', `virsh -q domstate --reason wet | grep '^paused'`);
    const ailing = await wanted.ails('wet');
    must(ailing.startsWith('STORAGE_ERROR: '), `it was said: ${ailing}`);
    return `revision r3: ${refused}; the former one was left alone; another container: ${other.toFixed(0)} s, and brought back after a kill; the machine: ${paused.trim()}, ${ailing}`;
  });
  await report.step('NFS: the server is back', async () => {
    const before = vms ? await dots() : 0;
    await machine.sh(NFS_BACK);
    await wanted.until('dry', 'r3 to run', ({ revision, state }) => revision === 'r3' && state === 'RUNNING');
    must((await onServer('dry')) === 'one three', `on the server is: ${await onServer('dry')}`);
    if (!vms) return 'revision r3 came by itself';
    await machine.until('the machine to write again', `[ $(${DOTS}) -gt ${before} ]`);
    const failures = await machine.sh(`tail -n 1 ${FOLDER}/console.log | tr -cd ! | wc -c`);
    must(failures.trim() === '0', `the machine saw ${failures.trim()} errors of its disk`);
    return 'revision r3 came by itself; the machine goes on by itself and saw no error of its disk';
  });
  await report.step('NFS: an export that is not there', async () => {
    const wrong = shared({ fsType: 'nfs://127.0.0.1/srv/nothing' });
    const said = await wanted.fails('lost', 'r1', 'CONTAINER', sleeper('', wrong));
    await wanted.gone('lost');
    if (!vms) return said;
    const machineSaid = await wanted.fails('wet', 'r2', 'VM', machineWith({ ...disk, fsType: wrong.fsType }));
    must((await machine.sh('virsh -q domstate wet')).trim() === 'running' && said.startsWith('STORAGE_ERROR') && machineSaid.startsWith('STORAGE_ERROR'), `said: ${said}; ${machineSaid}`);
    return `container: ${said}; machine: ${machineSaid}, and it runs on as it was`;
  });
  await report.step('NFS: data stays, and goes where that is asked for', async () => {
    await wanted.gone('dry');
    await wanted.gone('other');
    if (!vms) return `kept: ${await onServer('dry')}`;
    await wanted.gone('wet');
    const image = `${EXPORTED}/wet+disk.qcow2`;
    await machine.sh(`[ -s ${image} ]`);
    await wanted.runs('wet', 'r3', 'VM', machineWith({ ...disk, retainPolicy: 'delete' }));
    await wanted.gone('wet');
    await machine.sh(`[ ! -e ${image} ] && ! grep -q ' /var/lib/axion/volumes/.nfs/' /proc/mounts && rm -r ${FOLDER}`);
    return `kept with its workload gone: ${await onServer('dry')}, and the machine's disk; with retain_policy delete the disk went; the export is unmounted`;
  });
  await machine.sh(NFS_AWAY);
};
