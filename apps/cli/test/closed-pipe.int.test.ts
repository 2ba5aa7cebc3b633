import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a reader that has seen enough ends a command without a word', async () => {
  const axion = join(import.meta.dirname, '..', 'src', 'main.ts');
  // The reader is gone before the first line is written.
  const { stderr } = await promisify(execFile)('sh', ['-c', `"${process.execPath}" "${axion}" --config /dev/null config check | true`]);
  expect(stderr).toBe('');
});
