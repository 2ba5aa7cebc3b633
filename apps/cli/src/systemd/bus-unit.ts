import { sandboxOf } from './sandbox.ts';
import type { HostLayout } from './component-unit.ts';
import type { UnitFile } from './unit-file.ts';

/**
 * The bus. Before it starts, a step with root's rights writes its configuration and the components' keys; after it started,
 * another makes the streams and buckets, so that the unit counts as started only once a component can work.
 */
export const busUnit = (layout: HostLayout): UnitFile => {
  const axion = `${layout.release}/bin/axion`;
  return {
    name: 'axion-bus.service',
    sections: [
      [
        'Unit',
        [
          ['Description', 'Axion: the local bus and the agent’s disk (nats-server)'],
          ['PartOf', 'axion-agent.target'],
          ['StartLimitIntervalSec', '300'],
          ['StartLimitBurst', '20'],
        ],
      ],
      [
        'Service',
        [
          ['Type', 'exec'],
          ['Environment', `AXION_CONFIG=${layout.config}`],
          ['Environment', 'GOMEMLIMIT=96MiB'],
          ['ExecStartPre', `+${axion} bus prepare --user axion-bus`],
          ['ExecStart', `${layout.release}/bin/nats-server -c ${layout.dataDir}/bus/nats.conf`],
          ['ExecStartPost', `+${axion} bus provision`],
          ['User', 'axion-bus'],
          ['Group', 'axion'],
          ['Restart', 'always'],
          ['RestartSec', '1'],
          ['RestartPreventExitStatus', '78'],
          ['TimeoutStopSec', '20'],
          ['MemoryMax', '256M'],
          ['TasksMax', '128'],
          ['ReadWritePaths', `${layout.dataDir}/bus`],
          ['MemoryDenyWriteExecute', 'yes'],
          ...sandboxOf({ network: 'loopback' }),
        ],
      ],
      ['Install', [['WantedBy', 'axion-agent.target']]],
    ],
  };
};
