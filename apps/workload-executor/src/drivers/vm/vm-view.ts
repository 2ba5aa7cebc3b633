import type { Instance } from '../driver.ts';
import type { Domain } from './domain.ts';
import type { DomainState } from './domain-state.ts';
import type { GuestAddress } from './parse-addresses.ts';
import { isSeedPath } from './wanted-disks.ts';

/** What libvirt was asked about one domain. */
export interface SeenDomain {
  /** As it is defined: what comes with its next boot. */
  readonly defined: Domain;
  /** As it runs. */
  readonly running: Domain | undefined;
  readonly state: DomainState;
  readonly addresses: readonly GuestAddress[];
}

/** A domain as an instance. Pure. @param later what waits for the next boot */
export const vmInstance = ({ defined, running, state, addresses }: SeenDomain, later: readonly string[]): Instance => {
  const { mark, name } = defined;
  const shown = running ?? defined;
  const seed = shown.disks.find(({ device, source }) => device === 'cdrom' && isSeedPath(source?.path ?? ''))?.source?.path;
  const ips = addresses.map(({ ip }) => ip);
  const interfaces = shown.interfaces.map(({ mac, source }) => ({ mac, [source.kind]: source.name, ips: addresses.filter((each) => each.mac === mac).map(({ ip }) => ip) }));
  const metadata: Readonly<Record<string, string>> = {
    'vm.domain_state': state.stateName,
    'vm.domain_state_code': String(state.state),
    'vm.domain_reason': state.reasonName,
    'vm.domain_reason_code': String(state.reason),
    'vm.ip_addresses': ips.join(','),
    'vm.primary_ip': ips[0] ?? '',
    'vm.mac_addresses': shown.interfaces.map(({ mac }) => mac).join(','),
    'vm.interfaces': interfaces.length === 0 ? '' : JSON.stringify(interfaces),
    'vm.cloud_init_seed_path': seed ?? '',
    'vm.cloud_init_seed_checksum': seed === undefined ? '' : (mark?.seedChecksum ?? ''),
    'vm.cloud_init_seed_size_bytes': seed === undefined || mark?.seedBytes === undefined ? '' : String(mark.seedBytes),
  };
  const words = state.reasonName === 'unknown' ? state.stateName : `${state.stateName} (${state.reasonName})`;
  return {
    id: mark?.workload ?? name,
    revision: mark?.revision,
    memo: mark?.memo,
    state: state.instance,
    message: later.length === 0 ? words : `${words}; at its next boot: ${later.join(', ')}`,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== '')),
    selfHealing: false,
    completed: false,
    mixed: mark?.applying === true,
  };
};
