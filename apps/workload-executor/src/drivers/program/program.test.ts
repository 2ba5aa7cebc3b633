import { expect, test } from 'vitest';
import { BoundedText } from './bounded-text.ts';
import { redact } from './redact.ts';
import { runProgram } from './run-program.ts';

test('the end of an output is kept, within its bound', () => {
  const text = new BoundedText(10);
  for (let at = 0; at < 1000; at += 1) text.add(Buffer.from(`line ${at}\n`));
  expect(text.text()).toBe('…\nline 999\n');
});

test('secrets are taken out, the longer before its part, and lines of a longer one too', () => {
  expect(redact('a=hunter2 b=hunter2-long c=1 true', ['hunter2', 'hunter2-long', '1', 'true'])).toBe('a=**** b=**** c=1 true');
  expect(redact('key: second line', ['first line\nsecond line'])).toBe('key: ****');
});

test('a program gets its input and environment and nothing of ours', async () => {
  const { code, stdout, stderr } = await runProgram({ command: '/bin/sh', args: ['-c', 'cat; echo "$A${HOME-none}" >&2; exit 3'], env: { A: 'a' }, input: 'given' }, AbortSignal.timeout(10_000));
  expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: 'given', stderr: 'anone\n' });
});

test('a program that is not there is said to be', async () => {
  await expect(runProgram({ command: '/nonexistent', args: [], env: {} }, AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: 'ENOENT' });
});
