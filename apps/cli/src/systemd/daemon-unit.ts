import { basename, dirname } from 'node:path';
import type { ComponentTouches } from '@axion/contracts';
import { MALLOC_SETTINGS, nodeFlags } from '../supervise/node-flags.ts';
import type { Host } from './host.ts';
import { SINCE } from './host.ts';
import { sandboxOf } from './sandbox.ts';
import type { UnitFile, UnitLine } from './unit-file.ts';

/** What differs between the units of the agent's processes. */
export interface Daemon {
  /** The unit's file name. */
  readonly unit: string;
  readonly description: string;
  readonly order: readonly UnitLine[];
  /** File under `lib/` of the release. */
  readonly program: string;
  readonly user: string;
  readonly touches: ComponentTouches;
  /** Groups beside its own, in which it reaches the sockets of others. */
  readonly groups: readonly string[];
  /** Folders outside the data folder that it writes to. */
  readonly folders: readonly string[];
  /** Ports it listens on; 0 is any. */
  readonly ports: readonly number[];
  readonly limits: { readonly memory: string; readonly cpu: string; readonly tasks: number };
  readonly lines: readonly UnitLine[];
}

/** Longer than a process's own budget for stopping, s. */
const STOP_TIMEOUT = 20;
const WATCHDOG = 30;

/**
 * A crash is answered after a second; one that repeats, ever later where systemd can, else every few seconds. It is never
 * given up: a node whose disk was full for an hour must come back by itself. 78 is a configuration that cannot work.
 */
const restart = (systemd: number): readonly UnitLine[] => [
  ['Restart', 'on-failure'],
  ['RestartSec', systemd >= SINCE.restartSteps ? '500ms' : '2'],
  ...(systemd >= SINCE.restartSteps ? ([['RestartSteps', '6'], ['RestartMaxDelaySec', '30']] as const) : []),
  ['RestartPreventExitStatus', '78'],
];

/** How the process tells that it is ready and alive: on a socket it inherits, or by `systemd-notify`, a process beside it. */
const notify = (systemd: number): readonly UnitLine[] => [
  ['Type', 'notify'],
  ...(systemd >= SINCE.openFile ? ([['NotifyAccess', 'main'], ['OpenFile', '/run/systemd/notify:axion-notify']] as const) : ([['NotifyAccess', 'all']] as const)),
  ['WatchdogSec', String(WATCHDOG)],
];

const writable = (daemon: Daemon, { config }: Host): readonly UnitLine[] => {
  const folders = (daemon.touches.owns ?? []).map((folder) => `${config.agent.data_dir}/${folder}`);
  const logs = config.logging.file === undefined ? [] : [dirname(config.logging.file)];
  return [...folders, ...daemon.folders, ...logs].map((folder) => ['ReadWritePaths', `-${folder}`] as const);
};

const listening = ({ ports }: Daemon, systemd: number): readonly UnitLine[] =>
  systemd < SINCE.socketBind ? [] : [['SocketBindDeny', 'any'], ...ports.map((port) => ['SocketBindAllow', port === 0 ? 'tcp' : `tcp:${port}`] as const)];

/** The unit of one long-running process of the agent. */
export const daemonUnit = (daemon: Daemon, host: Host): UnitFile => ({
  name: daemon.unit,
  sections: [
    ['Unit', [['Description', daemon.description], ['PartOf', 'axion-agent.target'], ...daemon.order, ['StartLimitIntervalSec', '0']]],
    [
      'Service',
      [
        ...notify(host.systemd),
        ['ExecStart', [`${host.release}/bin/node`, ...nodeFlags(basename(daemon.program, '.js')), `${host.release}/lib/${daemon.program}`].join(' ')],
        ['Environment', `AXION_CONFIG=${host.configFile}`],
        ...Object.entries(MALLOC_SETTINGS).map(([name, value]) => ['Environment', `${name}=${value}`] as const),
        ...daemon.lines,
        ['User', daemon.user],
        ['Group', 'axion'],
        ...restart(host.systemd),
        ['TimeoutStopSec', String(STOP_TIMEOUT)],
        ['KillMode', 'mixed'],
        ['MemoryMax', daemon.limits.memory],
        ['CPUQuota', daemon.limits.cpu],
        ['TasksMax', String(daemon.limits.tasks)],
        ...writable(daemon, host),
        ...sandboxOf(daemon.touches, daemon.groups),
        // What a hypervisor is to open lies in folders that it may walk through; the files are nobody else's all the same.
        ['UMask', daemon.folders.length > 0 ? '0066' : '0077'],
        ...listening(daemon, host.systemd),
      ],
    ],
    ['Install', [['WantedBy', 'axion-agent.target']]],
  ],
});
