import { expect, test } from 'vitest';
import { waitFor } from './wait-for.ts';

test('gives what the probe found at last, zero and the empty text included', async () => {
  const answers = [undefined, false, null, 0];
  expect(await waitFor(() => answers.shift(), { intervalMs: 1 })).toBe(0);
  expect(await waitFor(() => '', { intervalMs: 1 })).toBe('');
});

test('a probe that throws is asked again', async () => {
  let looks = 0;
  const probe = (): string => {
    looks += 1;
    if (looks < 3) throw new Error('not there');
    return 'there';
  };
  expect(await waitFor(probe, { intervalMs: 1 })).toBe('there');
});

test('names what it waited for and the last error when time is up', async () => {
  const wait = waitFor(() => Promise.reject(new Error('connection refused')), { what: 'the broker', timeoutMs: 20, intervalMs: 5 });
  await expect(wait).rejects.toThrow('waited 0.02 s for the broker in vain; last error: connection refused');
});
