import type { InstanceState } from '../driver.ts';

/** libvirt's states and reasons by number (virDomainState, https://libvirt.org/html/libvirt-libvirt-domain.html). */
const STATES: readonly (readonly [name: string, ...reasons: string[]])[] = [
  ['no state', 'unknown'],
  ['running', 'unknown', 'booted', 'migrated', 'restored', 'from snapshot', 'unpaused', 'migration canceled', 'save canceled', 'event wakeup', 'crashed', 'post-copy'],
  ['blocked', 'unknown'],
  ['paused', 'unknown', 'user', 'migrating', 'saving', 'dumping', 'I/O error', 'watchdog', 'from snapshot', 'shutting down', 'creating snapshot', 'crashed', 'starting up'],
  ['in shutdown', 'unknown', 'user'],
  ['shut off', 'unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from snapshot', 'daemon'],
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

const BROKEN = new Set(['paused I/O error', 'paused watchdog', 'paused crashed', 'shut off crashed', 'shut off failed', 'crashed unknown', 'crashed panicked']);

export const domainState = (state: number, reason: number): DomainState => {
  const [stateName = 'no state', ...reasons] = STATES[state] ?? [];
  const reasonName = reasons[reason] ?? 'unknown';
  const active = state >= 1 && state !== 5 && state !== 6;
  return { state, reason, stateName, reasonName, active, instance: BROKEN.has(`${stateName} ${reasonName}`) ? 'failed' : active ? 'running' : 'stopped' };
};
