import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/paths.mjs';
import type { Totals } from './totals.ts';

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages?: readonly string[] }[];
  }[];
}

export interface Failure {
  readonly file: string;
  readonly test: string;
  readonly message: string;
}

export interface Summary {
  readonly totals: Totals;
  readonly failures: readonly Failure[];
  /** Tests that did not run; their names say why. */
  readonly skips: readonly Omit<Failure, 'message'>[];
}

/** Reads a report; a file that failed before its tests could run counts as one failure. */
export const readReport = (file: string): Summary => {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  let passed = 0;
  const skips: { file: string; test: string }[] = [];
  const failures: Failure[] = [];
  for (const { name, status, message = '', assertionResults } of report.testResults) {
    const where = relative(root, name);
    for (const test of assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failures.push({ file: where, test: test.fullName, message: (test.failureMessages ?? []).join('\n') });
      else skips.push({ file: where, test: test.fullName });
    }
    const told = assertionResults.some((test) => test.status === 'failed');
    if (status === 'failed' && !told) failures.push({ file: where, test: 'the file itself', message });
  }
  return { totals: { passed, failed: failures.length, skipped: skips.length }, failures, skips };
};
