import { AgentApi } from '../agent-api.ts';
import { CEPH_LACKS, NFS_LACKS } from '../storage.ts';
import { cephVolumes } from './ceph-volumes.ts';
import { nfsVolumes } from './nfs-volumes.ts';
import type { Scene } from './place.ts';
import { Wanted } from './wanted.ts';

/** Managed volumes on storage of the network, by the agent's own API. Where the machine has no such storage, that is the result. */
export const volumes = async (scene: Scene): Promise<void> => {
  const { machine, report } = scene;
  const api = new AgentApi((script, timeoutMs) => machine.sh(script, timeoutMs));
  const wanted = new Wanted(api, machine.signal);
  for (const [name, lacks, play] of [['NFS', NFS_LACKS, nfsVolumes], ['Ceph', CEPH_LACKS, cephVolumes]] as const) {
    const lacking = (await machine.sh(lacks)).trim().replaceAll('\n', ', ');
    if (lacking === '') await play(scene, wanted);
    else await report.step(`volumes on ${name}`, async () => `not tried: the machine has no ${lacking}`);
  }
};
