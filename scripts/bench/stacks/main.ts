// `npm run bench -- stacks [--quick] [--json] [--part NAME]…`: our executor, Docker's own client and the floor, in turn on one engine.
import { parseArgs } from 'node:util';
import { runSession } from '../../session/session.ts';
import { say } from '../../setup/progress.mjs';
import { boundFigure, printFigures } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { corpusCpu } from './corpus.ts';
import { openScene } from './scene.ts';
import { unchangedFigures } from './unchanged.ts';
import { waitingFigures } from './waiting.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, part: { type: 'string', multiple: true, default: ['corpus', 'unchanged', 'waiting'] } },
});
const has = (part: string): boolean => values.part.includes(part);

process.exitCode = await runSession(async (session) => {
  const figures: Figure[] = [];
  try {
    const corpus = has('corpus') ? await corpusCpu() : undefined;
    if (corpus !== undefined) figures.push(boundFigure(`parsing and converting ${corpus.cases} cases of the corpus`, corpus.ms, 'ms of CPU', { atMost: 2000 }));
    else if (has('corpus')) say('the corpus of stack files is not beside the checkout, so it is not measured');
    if (!has('unchanged') && !has('waiting')) return 0;
    const scene = await openScene(session);
    if (has('unchanged')) await unchangedFigures(scene, values.quick, figures);
    if (has('waiting')) await waitingFigures(scene, values.quick, figures);
    return 0;
  } finally {
    // What was measured is told, also when the rest could not be.
    printFigures('stacks', figures, values.json);
  }
});
process.exit();
