import { expect, test } from 'vitest';
import { Lanes } from './lanes.ts';

const gate = () => Promise.withResolvers<void>();

test('tasks of one key run in order, one at a time', async () => {
  const lanes = new Lanes(4);
  const seen: string[] = [];
  const first = gate();
  const one = lanes.run('p', async () => {
    seen.push('one starts');
    await first.promise;
    seen.push('one ends');
  });
  const two = lanes.run('p', async () => void seen.push('two'));
  first.resolve();
  await Promise.all([one, two]);
  expect(seen).toEqual(['one starts', 'one ends', 'two']);
});

test('a key that waits delays no other key', async () => {
  const lanes = new Lanes(2);
  const stuck = gate();
  const slow = lanes.run('slow', () => stuck.promise);
  expect(await lanes.run('fast', async () => 'done')).toBe('done');
  stuck.resolve();
  await slow;
});

test('never more than the width at a time', async () => {
  const lanes = new Lanes(3);
  let most = 0;
  await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      lanes.run(`k${i % 10}`, async () => {
        most = Math.max(most, lanes.running);
        await Promise.resolve();
      }),
    ),
  );
  expect(most).toBe(3);
});

test('a task that throws ends only itself', async () => {
  const lanes = new Lanes(1);
  const bad = lanes.run('p', () => Promise.reject(new Error('no')));
  const good = lanes.run('p', async () => 'yes');
  await expect(bad).rejects.toThrow('no');
  expect(await good).toBe('yes');
  await lanes.idle();
});
