import type { ComponentSpec } from '@axion/contracts';
import { sandboxOf } from './sandbox.ts';
import type { UnitFile } from './unit-file.ts';

/** Where a release and its data lie on the host. All absolute. */
export interface HostLayout {
  /** The link to the running release: holds `bin/` and `lib/`. */
  readonly release: string;
  readonly config: string;
  readonly dataDir: string;
}

/** Longer than a component's own budget for stopping, s. */
const STOP_TIMEOUT = 20;
const WATCHDOG = 30;

/** The names of a component's unit and, where instances share the work, of the one started by default. */
export const unitNames = (component: ComponentSpec): { readonly unit: string; readonly started: string } =>
  component.instances
    ? { unit: `axion-${component.name}@.service`, started: `axion-${component.name}@1.service` }
    : { unit: `axion-${component.name}.service`, started: `axion-${component.name}.service` };

/**
 * The unit of one component. It wants the bus and starts after it, but does not require it: whoever restarts the bus does
 * not restart the components, they reconnect.
 */
export const componentUnit = (component: ComponentSpec, layout: HostLayout): UnitFile => ({
  name: unitNames(component).unit,
  sections: [
    [
      'Unit',
      [
        ['Description', component.instances ? `${component.description} (instance %i)` : component.description],
        ['PartOf', 'axion-agent.target'],
        ['Wants', 'axion-bus.service'],
        ['After', `axion-bus.service${component.touches.docker ? ' docker.service' : ''}${component.touches.network === 'out' ? ' network-online.target' : ''}`],
        ...(component.touches.network === 'out' ? ([['Wants', 'network-online.target']] as const) : []),
        ['StartLimitIntervalSec', '300'],
        ['StartLimitBurst', '20'],
      ],
    ],
    [
      'Service',
      [
        ['Type', 'notify'],
        ['NotifyAccess', 'all'],
        ['WatchdogSec', `${WATCHDOG}`],
        ['ExecStart', `${layout.release}/bin/node ${layout.release}/lib/${component.name}.js`],
        ['Environment', `AXION_CONFIG=${layout.config}`],
        ...(component.instances ? ([['Environment', 'AXION_INSTANCE=%i']] as const) : []),
        ['LoadCredential', `bus.nk:${layout.dataDir}/bus/credentials/${component.name}.nk`],
        ['User', `axion-${component.name}`],
        ['Group', 'axion'],
        ['Restart', 'on-failure'],
        ['RestartSec', '1'],
        ['RestartPreventExitStatus', '78'],
        ['TimeoutStopSec', `${STOP_TIMEOUT}`],
        ['KillMode', 'mixed'],
        ['MemoryMax', '256M'],
        ['TasksMax', '64'],
        ...(component.touches.docker ? ([['ReadWritePaths', `-${layout.dataDir}/keys`]] as const) : []),
        ...sandboxOf(component.touches),
      ],
    ],
    ['Install', [['WantedBy', 'axion-agent.target']]],
  ],
});
