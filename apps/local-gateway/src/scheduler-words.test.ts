import { AxionError, type Clock } from '@axion/core';
import { expect, test } from 'vitest';
import { assertDeleted, whileAway } from './scheduler-words.ts';

const steps = (): Clock & { at: number } => {
  const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at, sleep: async (ms: number) => void (clock.at += ms) };
  return clock;
};
const AWAY = new AxionError('UNAVAILABLE', 'nobody answers on the bus');

test('a deletion that failed is an error, and never one that says that the workload is gone', () => {
  expect(assertDeleted({ success: true, message: 'web is deleted' })).toEqual({ success: true, message: 'web is deleted' });
  const refused = (): unknown => assertDeleted({ success: false, message: 'web is not deleted: network a1 Not Found' });
  expect(refused).toThrow(expect.objectContaining({ code: 'ABORTED', reason: 'NOT_DELETED' }));
  expect(refused).not.toThrow(/not found/i);
});

test('an executor that is back within seconds was never away', async () => {
  const clock = steps();
  const answers = [AWAY, AWAY, 'running'];
  const ask = async (): Promise<unknown> => {
    const answer = answers.shift();
    if (answer instanceof AxionError) throw answer;
    return answer;
  };
  expect(await whileAway(ask, clock)).toBe('running');
  expect(clock.at).toBeGreaterThan(0);
});

test('one that stays away is said to be away before a scheduler stops waiting; what it says itself is passed on at once', async () => {
  const clock = steps();
  const away = async (): Promise<never> => Promise.reject(AWAY);
  await expect(whileAway(away, clock)).rejects.toBe(AWAY);
  expect(clock.at).toBeLessThan(9000);
  const gone = new AxionError('NOT_FOUND', 'workload not found: web');
  const later = steps();
  await expect(whileAway(() => Promise.reject(gone), later)).rejects.toBe(gone);
  expect(later.at).toBe(0);
});

test('an executor that cannot tell what stands is no lost node', async () => {
  const incomplete = new AxionError('UNAVAILABLE', 'the records of workloads were lost', { reason: 'BOOK_INCOMPLETE' });
  await expect(whileAway(() => Promise.reject(incomplete), steps())).rejects.toMatchObject({ code: 'ABORTED', reason: 'BOOK_INCOMPLETE' });
});
