import { READY, STARTED } from '../guest.ts';
import { BURST } from './place.ts';
import type { Scene } from './place.ts';

/** Power failures in a stream of deployments, and a reboot. */
export const powerCuts = async ({ machine, load, report }: Scene, cuts: number): Promise<void> => {
  for (let cut = 1; cut <= cuts; cut += 1) {
    await report.step(`power cut ${cut} of ${cuts}`, async () => {
      await load.sendDeployment(BURST);
      // Each at another moment of the work: from nothing done to nearly all.
      await load.heard((cut - 1) % BURST);
      await machine.powerCut();
      await machine.until('the agent', READY);
      return load.settle();
    });
  }
  await report.step('reboot', async () => {
    await load.send(BURST);
    await machine.reboot();
    await machine.until('the agent', READY);
    report.table('Start of the machine and of the agent', await machine.sh(STARTED));
    return load.settle();
  });
};
