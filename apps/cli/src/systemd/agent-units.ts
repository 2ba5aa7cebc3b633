import { COMPONENTS } from '@axion/contracts';
import { busUnit } from './bus-unit.ts';
import { componentUnit, unitNames } from './component-unit.ts';
import type { HostLayout } from './component-unit.ts';
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

/** Every unit of the agent, from the same manifest that `axion run` starts. */
export const agentUnits = (layout: HostLayout): readonly UnitFile[] => {
  const bus = busUnit(layout);
  const members = [bus.name, ...COMPONENTS.map((component) => unitNames(component).started)];
  return [target(members), bus, ...COMPONENTS.map((component) => componentUnit(component, layout))];
};
