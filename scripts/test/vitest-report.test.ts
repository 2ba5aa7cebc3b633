import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@axion/testkit';
import { expect, test } from 'vitest';
import { root } from '../setup/paths.mjs';
import { readReport } from './vitest-report.ts';

test('counts tests, and a file that failed before its tests as one failure', async () => {
  await using dir = await tempDir('report');
  const file = join(dir.path, 'report.json');
  const testResults = [
    {
      name: join(root, 'packages/a/src/a.test.ts'),
      status: 'failed',
      assertionResults: [
        { fullName: 'adds', status: 'passed' },
        { fullName: 'divides', status: 'failed', failureMessages: ['by zero'] },
        { fullName: 'on another system', status: 'skipped' },
      ],
    },
    { name: join(root, 'packages/b/src/b.test.ts'), status: 'failed', message: 'Cannot find module', assertionResults: [] },
    { name: join(root, 'packages/c/src/c.test.ts'), status: 'passed', assertionResults: [{ fullName: 'works', status: 'passed' }] },
  ];
  writeFileSync(file, JSON.stringify({ testResults }));

  expect(readReport(file)).toEqual({
    totals: { passed: 2, failed: 2, skipped: 1 },
    failures: [
      { file: 'packages/a/src/a.test.ts', test: 'divides', message: 'by zero' },
      { file: 'packages/b/src/b.test.ts', test: 'the file itself', message: 'Cannot find module' },
    ],
    skips: [{ file: 'packages/a/src/a.test.ts', test: 'on another system' }],
  });
});
