import { READ_ONLY_STORE, READY } from '../guest.ts';
import { BURST } from './place.ts';
import type { Scene } from './place.ts';

/** A disk without room. */
export const fullDisk = async ({ machine, load, report }: Scene): Promise<void> => {
  await report.step('a full disk', async () => {
    if ((await machine.sh('systemd-detect-virt --container || :')).trim() !== 'none') return 'left out: the disk of a container is the host’s';
    await machine.sh(`fallocate -l $(df --output=avail -B1 / | tail -n 1) /root/full 2>/dev/null || dd if=/dev/zero of=/root/full bs=1M 2>/dev/null || :`);
    await load.send(BURST);
    const said = await machine.until('the bus to say so', `journalctl -u axion-bus --no-pager -o cat | grep -iE 'no space|refused a write|insufficient' | tail -n 1 | grep .`, 300_000).catch(() => 'nothing was said, nothing was refused');
    await machine.sh('rm -f /root/full');
    await machine.until('the agent', READY);
    return `said: ${said.trim().slice(0, 200)}; ${await load.settle()}`;
  });
};

/** A store of the bus that cannot be written. */
export const readOnlyStore = async ({ machine, load, report }: Scene): Promise<void> => {
  await report.step('a bus store that cannot be written', async () => {
    await machine.sh(READ_ONLY_STORE);
    const log = 'journalctl -u axion-bus --no-pager -o cat -n 200';
    let said = '';
    try {
      await load.send(BURST);
      said = await machine.until('the bus to say so', `${log} | grep -iE 'read-only|not writable' | tail -n 1 | grep .`, 600_000);
    } catch (error) {
      throw new Error(`it said: ${(await machine.sh(log)).slice(-1500)}`, { cause: error });
    } finally {
      await machine.sh('umount /var/lib/axion/bus/store && rm -r /root/store-copy');
    }
    await machine.until('the agent', READY);
    return `said: ${said.trim().slice(0, 200)}; ${await load.settle()}`;
  });
};
