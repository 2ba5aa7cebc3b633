import type { ComponentTouches } from '@axion/contracts';
import type { UnitLine } from './unit-file.ts';

type Lines = readonly UnitLine[];

/**
 * What every unit is denied (systemd.exec(5)). `MemoryDenyWriteExecute=` is left out: V8 compiles JavaScript to machine
 * code in memory that is written and then executed.
 */
const EVERYONE: Lines = [
  ['NoNewPrivileges', 'yes'],
  // The memory of a process holds its secrets; a core would put them on the disk.
  ['LimitCORE', '0'],
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

/** The group that libvirt's socket belongs to. */
export const HYPERVISOR_GROUP = 'libvirt';

/** Only loopback, for what meets others on this host alone. */
const LOOPBACK: Lines = [
  ['IPAddressDeny', 'any'],
  ['IPAddressAllow', 'localhost'],
];

/** The sandbox of a unit, from the row of the manifest that says what the component may touch. */
export const sandboxOf = (touches: ComponentTouches, groups: readonly string[]): Lines => [
  // While a machine runs its disks are QEMU's user's alone; whoever keeps it looks at their size all the same.
  ...(['CapabilityBoundingSet', 'AmbientCapabilities'] as const).map((key) => [key, groups.includes(HYPERVISOR_GROUP) ? 'CAP_DAC_READ_SEARCH' : ''] as const),
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
