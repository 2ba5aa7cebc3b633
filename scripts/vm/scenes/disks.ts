import { fill, LARGE_DISK, READ_ONLY_STORE, READY, SMALL_DISK } from '../guest.ts';
import { BURST } from './place.ts';
import type { Scene } from './place.ts';

/** What a line of the journal says to people. */
const told = (line: string): string => (/"(?:message|msg)":"((?:[^"\\]|\\.)*)/.exec(line)?.[1] ?? line).trim().slice(-300);

/** A disk without room. */
export const fullDisk = async ({ machine, load, report }: Scene): Promise<void> => {
  await report.step('a full disk', async () => {
    // The disk of a container is the host's; there the data gets one of its own.
    const borrowed = (await machine.sh('systemd-detect-virt --container || :')).trim() !== 'none';
    const file = borrowed ? '/var/lib/axion/full' : '/root/full';
    if (borrowed) await machine.sh(SMALL_DISK);
    await machine.until('the agent', READY);
    await machine.sh(fill(file));
    await load.sendDeployment(BURST);
    const said = await machine.until('the bus to say so', `journalctl -u axion-bus --no-pager -o cat | grep -iE 'no space|refused a write|insufficient' | tail -n 1 | grep .`, 600_000);
    await machine.sh(`rm ${file}`);
    await machine.until('the agent', READY);
    const settled = await load.settle();
    if (borrowed) await machine.sh(LARGE_DISK);
    await machine.until('the agent', READY);
    return `said: ${told(said)}; ${settled}`;
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
    return `said: ${told(said)}; ${await load.settle()}`;
  });
};
