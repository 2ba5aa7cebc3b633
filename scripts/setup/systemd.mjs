// systemd's own checker of units, which tests put the generated ones before; a container may lack systemd.
import { needPrograms } from './debian.mjs';

/** @param {import('./children.mjs').Children} children */
export const provideSystemdAnalyze = (children) =>
  needPrograms(children, {
    programs: ['systemd-analyze'],
    packages: ['systemd'],
    why: 'its checker reads the units that "axion systemd generate" writes',
    otherwise: 'Run the tests on a system with systemd.',
  });
