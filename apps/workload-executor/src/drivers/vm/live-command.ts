import type { Disk, Interface } from './domain.ts';
import { diskXml, interfaceXml } from './domain-xml.ts';
import type { LiveStep } from './plan-live.ts';
import type { VirshCommand } from './virsh.ts';

export interface LiveCommand {
  readonly command: VirshCommand;
  readonly input?: string;
  /** The guest has a say in it: where it does not agree, the change comes with its next boot. */
  readonly guestDecides: boolean;
}

/** The running domain has places and a boot order of its own. */
const loose = <T extends Disk | Interface>(device: T): T => {
  const { address: _place, ...rest } = device;
  if ('bootOrder' in rest) delete (rest as { bootOrder?: number }).bootOrder;
  return rest as T;
};

/** How a change of a running domain is said to virsh. Pure. */
export const liveCommand = (name: string, step: LiveStep): LiveCommand => {
  switch (step.action) {
    case 'attach-disk':
      return { command: ['attach-device', name, '/dev/stdin', '--live'], input: diskXml(loose(step.disk)), guestDecides: false };
    case 'attach-interface':
      return { command: ['attach-device', name, '/dev/stdin', '--live'], input: interfaceXml(loose(step.element)), guestDecides: false };
    case 'change-medium':
      return { command: ['change-media', name, step.target, step.path, '--update', '--live', '--force'], guestDecides: true };
    case 'detach-disk':
      return { command: ['detach-disk', name, step.target, '--live'], guestDecides: true };
    case 'detach-interface':
      return { command: ['detach-interface', name, step.kind, '--mac', step.mac, '--live'], guestDecides: true };
    case 'set-memory':
      return { command: ['setmem', name, String(step.kib), '--live'], guestDecides: true };
    case 'set-vcpus':
      return { command: ['setvcpus', name, String(step.count), '--live'], guestDecides: true };
  }
};
