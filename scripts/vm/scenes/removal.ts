import { READY, TRACES } from '../guest.ts';
import { VIRTUAL_MACHINE, VM_FOLDER } from '../workloads.ts';
import { BURST, installCommand } from './place.ts';
import type { Scene } from './place.ts';

/** A backup on a bare machine, and removal. */
export const removal = async ({ machine, load, report, archive }: Scene): Promise<void> => {
  await report.step('a backup restored on a bare machine', async () => {
    await load.send(BURST);
    await machine.sh('systemctl stop axion-agent.target "axion-*.service" && tar -C / -czf /root/backup.tar.gz var/lib/axion etc/axion');
    await machine.sh('cp -a /etc/systemd/system/axion-.service.d /root/ 2>/dev/null; sh /root/install.sh --uninstall --purge --yes; cp -a /root/axion-.service.d /etc/systemd/system/ 2>/dev/null || :');
    await machine.sh(`${installCommand(archive)} --no-start && tar -C / -xzf /root/backup.tar.gz && axion systemd generate >/dev/null && systemctl daemon-reload && systemctl enable -q --now axion-agent.target`);
    await machine.until('the agent', READY);
    return load.settle();
  });
  await report.step('uninstall', async () => {
    const running = 'docker ps -q --no-trunc | sort';
    const before = await machine.sh(running);
    await machine.sh('sh /root/install.sh --uninstall --purge --yes');
    if ((await machine.sh(running)) !== before) throw new Error('a workload was touched');
    const disk = await machine.sh(`[ ! -d ${VM_FOLDER} ] || { ${VIRTUAL_MACHINE.runs} && echo kept && virsh -q destroy tiny && rm -r /var/lib/axion; }`);
    const left = (await machine.sh(TRACES)).trim();
    if (left !== '') throw new Error(`left behind: ${left}`);
    return `nothing is left${disk.includes('kept') ? ' but the disk of the virtual machine' : ''}; what was deployed still runs`;
  });
};
