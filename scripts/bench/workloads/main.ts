// `npm run bench -- workloads`: starts against `docker run -d`, a burst, skipped applies, and what keeping 200 workloads costs.
import { parseArgs } from 'node:util';
import { runSession } from '../../session/session.ts';
import { boundFigure, printFigures, ratioFigure } from '../figures.ts';
import { startAgent } from './agent-rig.ts';
import { burstStarts, singleStarts, skippedRate } from './starts.ts';
import { steadyUse } from './steady.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } } });
const PARTS = ['start', 'burst', 'skipped', 'steady'] as const;
const unknown = values.only?.find((name) => !PARTS.some((part) => part === name));
if (unknown !== undefined) {
  process.stderr.write(`--only ${unknown}: there is no such part; there are ${PARTS.join(', ')}\n`);
  process.exit(2);
}
const wanted = (name: (typeof PARTS)[number]): boolean => values.only === undefined || values.only.includes(name);

process.exitCode = await runSession(async (session) => {
  const rig = await startAgent(session);
  const figures = [];
  if (wanted('start')) {
    const { ours, theirs } = await singleStarts(rig, values.quick ? 10 : 40);
    figures.push(ratioFigure('ApplyWorkload sent to container started', ours, theirs, 'ms', 1));
  }
  if (wanted('burst')) {
    const { ours, theirs } = await burstStarts(rig, 100, values.quick ? 1 : 3);
    figures.push(ratioFigure('100 applies at once, to the last one started', ours, theirs, 'ms', 1.2));
  }
  if (wanted('skipped')) figures.push(boundFigure('skipped applies', await skippedRate(rig, values.quick ? 3 : 10), 'a second', { atLeast: 1000 }));
  if (wanted('steady')) {
    const { cpuPercent, callsPerPass, passes, pssMb } = await steadyUse(rig, 200, values.quick ? 45 : 300);
    figures.push(
      boundFigure('200 workloads kept: CPU of the executor', cpuPercent, '% of a core', { atMost: 1 }),
      // One look at all is two lists (by our label, by a Persys node's); what is asked for each of 200 would show.
      boundFigure(`200 workloads kept: calls to the engine a pass, over ${passes} passes`, callsPerPass, 'calls', { atMost: 10 }),
      boundFigure('200 workloads kept: PSS of the executor', pssMb, 'MB', { atMost: 150 }),
    );
  }
  printFigures('workloads', figures, values.json);
  return 0;
});
process.exit();
