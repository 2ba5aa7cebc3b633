import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dev, root } from '../setup/paths.mjs';
import { say, seconds, step } from '../setup/progress.mjs';
import { runCheck } from './check.ts';
import type { Outcome } from './check.ts';
import { NONE, single } from './totals.ts';
import type { Totals } from './totals.ts';
import { readReport } from './vitest-report.ts';

/** One part of the test run. */
export interface TestStep {
  readonly name: 'types' | 'lint' | 'unit' | 'build' | 'integration';
  readonly title: string;
  run(signal: AbortSignal, detail: (text: string) => void): Promise<Totals>;
}

const LAST_LINES = 60;
/** A line of a stack that is not the project's own code. */
const LIBRARY_FRAME = /^\s+at .*(node_modules|node:internal)/;

const showFailure = ({ output, log }: Outcome): void => {
  const lines = output.split('\n');
  if (lines.length > LAST_LINES) say(`    (the last ${LAST_LINES} of ${lines.length} lines; all are in ${relative(root, log)})`);
  for (const text of lines.slice(-LAST_LINES)) say(`    ${text}`);
};

/** What a part leaves running is a fault of its own. */
const withLeft = (totals: Totals, { left }: Outcome): Totals => {
  for (const process of left) say(`  ✗ left a process behind, which is ended now: ${process}`);
  return { ...totals, failed: totals.failed + (left.length > 0 ? 1 : 0) };
};

const tool = (name: TestStep['name'], title: string, command: readonly [string, ...string[]]): TestStep => ({
  name,
  title,
  run: async (signal, detail) => {
    const outcome = await runCheck(name, command, signal, detail);
    if (!outcome.ok) showFailure(outcome);
    return withLeft(single(outcome.ok), outcome);
  },
});

const vitest = (name: 'unit' | 'integration', title: string, filters: readonly string[]): TestStep => ({
  name,
  title,
  run: async (signal, detail) => {
    const reports = join(dev, 'reports');
    const file = join(reports, `${name}.json`);
    mkdirSync(reports, { recursive: true });
    rmSync(file, { force: true });
    const options = ['--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const empty = filters.length === 0 ? [] : ['--passWithNoTests'];
    const outcome = await runCheck(name, ['vitest', 'run', ...options, ...empty, ...filters], signal, detail);
    let summary: ReturnType<typeof readReport>;
    try {
      summary = readReport(file);
    } catch {
      summary = { totals: NONE, failures: [], skips: [] };
    }
    for (const { file: where, test, message } of summary.failures) {
      say(`  ✗ ${where}: ${test}`);
      for (const text of message.split('\n').filter((part) => !LIBRARY_FRAME.test(part)).slice(0, 20)) say(`      ${text}`);
    }
    for (const { file: where, test } of summary.skips) say(`  – not run: ${where}: ${test}`);
    // An error outside any test, such as a rejection nobody handled, fails the run without failing a test.
    if (!outcome.ok && summary.totals.failed === 0) {
      showFailure(outcome);
      return withLeft({ ...summary.totals, failed: 1 }, outcome);
    }
    return withLeft(summary.totals, outcome);
  },
});

/** The parts in their order: what is quick to fail comes first. */
export const testSteps = (filters: readonly string[]): readonly TestStep[] => [
  tool('types', 'Types', ['tsc', '--noEmit', '-p', 'tsconfig.json']),
  tool('lint', 'Lint: rules, layers, nothing unused', ['pnpm', '--silent', 'run', 'lint']),
  vitest('unit', 'Unit tests', filters),
  tool('build', 'Build', ['turbo', 'run', 'build', '--output-logs=errors-only']),
  vitest('integration', 'Integration tests on real servers', filters),
];

/** Runs one part and says how long it took and how it ended. */
export const runStep = async (part: TestStep, signal: AbortSignal): Promise<Totals> => {
  const begun = performance.now();
  const totals = await step(part.title, (detail) => part.run(signal, detail));
  const verdict = totals.failed > 0 ? '✗' : '✓';
  say(`  ${verdict} ${part.name}: ${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''} in ${seconds(performance.now() - begun)}`);
  return totals;
};
