import { COMPONENTS, isEnabled } from '@axion/contracts';
import { busUnit } from './bus-unit.ts';
import { componentUnit, unitNames } from './component-unit.ts';
import type { Host } from './host.ts';
import type { UnitFile } from './unit-file.ts';

/** The target that starts, stops and restarts everything; it wants its members, so any of them may be masked. */
const target = (members: readonly string[]): UnitFile => ({
  name: 'axion-agent.target',
  sections: [
    [
      'Unit',
      [
        ['Description', 'Axion runner agent'],
        ['Wants', members.join(' ')],
        ['After', members.join(' ')],
      ],
    ],
    ['Install', [['WantedBy', 'multi-user.target']]],
  ],
});

/**
 * Every unit of the agent, from the same manifest that `axion run` starts. What the configuration switches off has a unit
 * too, but the target does not start it.
 */
export const agentUnits = (host: Host): readonly UnitFile[] => {
  const bus = busUnit(host);
  const started = COMPONENTS.filter((component) => isEnabled(component, host.config)).map((component) => unitNames(component).started);
  return [target([bus.name, ...started]), bus, ...COMPONENTS.map((component) => componentUnit(component, host))];
};
