import { COMPOSE, CONTAINER, PUT_DISK, RUNTIMES, VIRTUAL_MACHINE } from '../workloads.ts';
import type { Scene } from './place.ts';

/** What runs beside the stacks, under the unit's own user and sandbox; from here on every step looks for it. */
export const workloads = async ({ machine, load, report, vms }: Scene): Promise<void> => {
  await report.step('a container', () => load.keep(CONTAINER));
  await report.step('a Compose application', () => load.keep(COMPOSE));
  if (vms) {
    await report.step('a virtual machine', async () => {
      await machine.sh(PUT_DISK);
      return load.keep(VIRTUAL_MACHINE);
    });
  }
  await report.step('what the unit sees of its runtimes', async () => (await machine.sh(RUNTIMES)).trim().replaceAll('\n', '; '));
};
