import type { InstanceState } from '../driver.ts';

/** libvirt's states and reasons by number (virDomainState, https://libvirt.org/html/libvirt-libvirt-domain.html), in the words that clients of a Persys node know. */
const STATES: readonly (readonly [name: string, ...reasons: string[]])[] = [
  ['nostate', 'unknown'],
  ['running', 'unknown', 'booted', 'migrated', 'restored', 'from-snapshot', 'unpaused', 'migration-canceled', 'save-canceled', 'wakeup', 'crashed', 'postcopy'],
  ['blocked', 'unknown'],
  ['paused', 'unknown', 'user', 'migration', 'save', 'dump', 'io-error', 'watchdog', 'from-snapshot', 'shutting-down', 'snapshot', 'crashed', 'starting-up', 'postcopy', 'postcopy-failed'],
  ['shutdown', 'unknown', 'user'],
  ['shutoff', 'unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'daemon'],
  ['crashed', 'unknown', 'panicked'],
  ['pmsuspended', 'unknown'],
];

export interface DomainState {
  readonly state: number;
  readonly reason: number;
  readonly stateName: string;
  readonly reasonName: string;
  readonly instance: InstanceState;
  /** There is a process of it. */
  readonly active: boolean;
}

const BROKEN = new Set(['paused io-error', 'paused watchdog', 'paused crashed', 'shutoff crashed', 'shutoff failed', 'crashed unknown', 'crashed panicked']);

export const domainState = (state: number, reason: number): DomainState => {
  const [stateName = 'nostate', ...reasons] = STATES[state] ?? [];
  const reasonName = reasons[reason] ?? 'unknown';
  const active = state >= 1 && state !== 5 && state !== 6;
  return { state, reason, stateName, reasonName, active, instance: BROKEN.has(`${stateName} ${reasonName}`) ? 'failed' : active ? 'running' : 'stopped' };
};
