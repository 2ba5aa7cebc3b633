import { expect, test } from 'vitest';
import { untilAborted, withDeadline } from './abort.ts';

test('a call that ignores its signal still ends at the deadline', async () => {
  const hangs = withDeadline('inspect service', 10, () => new Promise(() => {}));
  await expect(hangs).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'inspect service did not answer within 0.01 s', retryable: true });
});

test('the inner signal is aborted with the deadline', async () => {
  let seen: AbortSignal | undefined;
  await expect(withDeadline('x', 5, (signal) => ((seen = signal), new Promise(() => {})))).rejects.toThrow();
  expect(seen?.aborted).toBe(true);
});

test('an outer abort wins and keeps its reason', async () => {
  const outer = new AbortController();
  const call = withDeadline('x', 60_000, () => new Promise(() => {}), outer.signal);
  outer.abort(new Error('stopping'));
  await expect(call).rejects.toThrow('stopping');
  await expect(untilAborted(new Promise(() => {}), outer.signal)).rejects.toThrow('stopping');
});

test('a result in time is returned', async () => {
  expect(await withDeadline('x', 1000, async () => 7)).toBe(7);
});
