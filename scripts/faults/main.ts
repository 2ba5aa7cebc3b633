// `npm run test:faults`: a stream of commands while everything is killed. `-- --seed N` plays a run again.
import { runSession } from '../session/session.ts';
import { readArguments } from '../setup/arguments.mjs';
import { runFaults } from './run-faults.ts';

const usage = `usage: npm run test:faults [-- [--seed N] [--commands N] [--projects N] [--mean-pause-ms N] [--kills-per-command N] [--light] [--json]]`;
const { values } = readArguments(usage, {
  options: {
    seed: { type: 'string' },
    commands: { type: 'string', default: '1000' },
    projects: { type: 'string', default: '20' },
    'mean-pause-ms': { type: 'string', default: '1500' },
    'kills-per-command': { type: 'string', default: '0.25' },
    light: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
process.stdout.write(`seed ${seed}; play it again with: npm run test:faults -- --seed ${seed} --commands ${values.commands} --projects ${values.projects} --mean-pause-ms ${values['mean-pause-ms']} --kills-per-command ${values['kills-per-command']}${values.light ? ' --light' : ''}\n`);
process.exitCode = await runSession(async ({ signal }) => {
  const options = {
    seed,
    commands: Number(values.commands),
    projects: Number(values.projects),
    meanPauseMs: Number(values['mean-pause-ms']),
    killsPerCommand: Number(values['kills-per-command']),
    heavy: !values.light,
    settleMs: 240_000,
    onProgress: (text: string): void => void process.stdout.write(`  ${text}\n`),
  };
  const result = await runFaults(options, signal);
  const kills = Object.values(result.kills).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${result.ended} of ${result.commands} commands ended, ${kills} kills (${Object.entries(result.kills).map(([who, count]) => `${who} ${count}`).join(', ')}), ${result.seconds.toFixed(0)} s, ${result.violations.length} violations\n`);
  for (const violation of result.violations) process.stdout.write(`  VIOLATION ${violation}\n`);
  for (const [name, output] of Object.entries(result.outputs)) process.stdout.write(`--- ${name}\n${output.split('\n').slice(-40).join('\n')}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, ...result, outputs: undefined })}\n`);
  return result.violations.length === 0 ? 0 : 1;
});
process.exit();
