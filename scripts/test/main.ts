// The tests, once everything they need is there; `scripts/test.mjs` is the way in.
import { parseArgs } from 'node:util';
import { openDocker } from '../session/docker.ts';
import { runSession } from '../session/session.ts';
import { elapsed, say } from '../setup/progress.mjs';
import { runStep, testSteps } from './steps.ts';
import { add, line, NONE, passes } from './totals.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', multiple: true } } });

const chosen = (name: string): boolean => {
  if (values.only !== undefined) return values.only.includes(name);
  // Whoever names files wants those tests alone.
  return positionals.length === 0 || name === 'unit' || name === 'integration';
};

process.exitCode = await runSession(async (session) => {
  const steps = testSteps(positionals).filter(({ name }) => chosen(name));
  let totals = NONE;
  for (const part of steps) {
    if (part.name === 'integration') await openDocker(session);
    totals = add(totals, await runStep(part, session.signal));
  }
  await session.stack.disposeAsync();
  say(`\nAll in ${elapsed()} after the set-up.`);
  say(line(totals));
  return passes(totals) ? 0 : 1;
});
