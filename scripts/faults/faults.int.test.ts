import { expect, test } from 'vitest';
import { runFaults } from './run-faults.ts';

/** The short form of `npm run test:faults`. `AXION_FAULTS_SEED` plays a run again. */
test('commands while worker, executors and bus are killed: one end each, in order, as asked, nothing waits', async ({ signal }) => {
  const seed = Number(process.env['AXION_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const result = await runFaults({ seed, commands: 40, projects: 6, meanPauseMs: 800, killsPerCommand: 0.2, heavy: false, settleMs: 120_000, onProgress: () => {} }, signal);
  const kills = Object.values(result.kills).reduce((sum, count) => sum + count, 0);
  console.log(`seed ${seed}: ${result.ended} commands, ${kills} kills, ${result.seconds.toFixed(0)} s`);
  expect({ seed, violations: result.violations, outputs: result.outputs }).toEqual({ seed, violations: [], outputs: {} });
  expect(kills).toBeGreaterThanOrEqual(8);
}, 300_000);
