import type { ComponentTouches } from '@axion/contracts';
import type { UnitLine } from './unit-file.ts';

type Lines = readonly UnitLine[];

/**
 * What every unit is denied (systemd.exec(5)). `MemoryDenyWriteExecute=` is left out: V8 compiles JavaScript to machine
 * code in memory that is written and then executed.
 */
const EVERYONE: Lines = [
  ['NoNewPrivileges', 'yes'],
  ['CapabilityBoundingSet', ''],
  ['AmbientCapabilities', ''],
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'yes'],
  ['PrivateTmp', 'yes'],
  ['PrivateDevices', 'yes'],
  ['DevicePolicy', 'closed'],
  ['ProtectClock', 'yes'],
  ['ProtectHostname', 'yes'],
  ['ProtectKernelLogs', 'yes'],
  ['ProtectKernelModules', 'yes'],
  ['ProtectKernelTunables', 'yes'],
  ['ProtectControlGroups', 'yes'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['RestrictSUIDSGID', 'yes'],
  ['LockPersonality', 'yes'],
  ['RemoveIPC', 'yes'],
  ['KeyringMode', 'private'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallFilter', '@system-service'],
  ['SystemCallFilter', '~@privileged @resources'],
  ['SystemCallErrorNumber', 'EPERM'],
];

/** Only loopback, for what meets others on the bus alone. */
const LOOPBACK: Lines = [
  ['IPAddressDeny', 'any'],
  ['IPAddressAllow', 'localhost'],
];

/** The sandbox of a unit, from the row of the manifest that says what the component may touch. */
export const sandboxOf = (touches: ComponentTouches, groups: readonly string[]): Lines => [
  ...EVERYONE,
  // A sampler of /proc has to see the other processes' entries and the host's block devices.
  ['ProtectProc', touches.reads?.includes('/proc') ? 'default' : 'invisible'],
  ['ProcSubset', touches.reads?.includes('/proc') ? 'all' : 'pid'],
  // In a user namespace these groups would be nobody's.
  ['PrivateUsers', groups.length > 0 ? 'no' : 'yes'],
  ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6'],
  ...(touches.network === 'loopback' ? LOOPBACK : []),
  ...(groups.length > 0 ? ([['SupplementaryGroups', groups.join(' ')]] as const) : []),
];
