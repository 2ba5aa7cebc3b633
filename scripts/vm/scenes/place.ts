import type { Load } from '../load.ts';
import type { Machine } from '../machine.ts';
import type { Report } from '../report.ts';

/** A machine before the agent is on it. */
export interface Place {
  readonly machine: Machine;
  readonly report: Report;
  /** The bundle's file name. */
  readonly archive: string;
}

/** A node under load. */
export interface Scene extends Place {
  readonly load: Load;
  /** Whether virtual machines are switched on. */
  readonly vms: boolean;
}

/** What a step sends while it does harm. */
export const BURST = 4;

export const services = async (machine: Machine): Promise<readonly string[]> =>
  (await machine.sh(`systemctl list-units --plain --no-legend 'axion-*.service' | cut -d ' ' -f 1`)).trim().split('\n');
export const mainPid = (machine: Machine, unit: string): Promise<string> => machine.sh(`systemctl show -p MainPID --value ${unit}`).then((text) => text.trim());

export const installCommand = (archive: string): string => `sh /root/install.sh --bundle /root/${archive} --timeout 900`;
