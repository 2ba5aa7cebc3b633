import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ActionHistory } from './action-history.ts';

const log = { warn: () => undefined } as unknown as Logger;
let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'axion-history-'))));
afterEach(() => rm(dir, { recursive: true, force: true }));
const open = async (): Promise<ActionHistory> => {
  const history = new ActionHistory(join(dir, 'actions.jsonl'), systemClock, log);
  await history.open();
  return history;
};

test('what was done is read back, also after a line that was cut short', async () => {
  const first = await open();
  first.created('t1', 'web', 'apply');
  first.started('t1');
  first.ended('t1', 'failed', 'no such image');
  await first.close();
  await appendFile(join(dir, 'actions.jsonl'), '{"task_id":"t2","work');
  expect((await open()).list({})).toEqual([expect.objectContaining({ task_id: 't1', status: 'failed', error: 'no such image' })]);
});

test('filters, limit and order', async () => {
  const history = await open();
  for (const [task, id] of [['a', 'web'], ['b', 'db'], ['c', 'web']] as const) history.created(task, id, 'apply');
  history.ended('c', 'completed');
  const tasks = (filter: Parameters<ActionHistory['list']>[0]): string[] => history.list(filter).map(({ task_id }) => task_id);
  expect(tasks({ workloadId: 'web' })).toEqual(['a', 'c']);
  expect(tasks({ status: 'completed' })).toEqual(['c']);
  expect(tasks({ newestFirst: true, limit: 2 })).toEqual(['c', 'b']);
  expect(tasks({ limit: 2 })).toEqual(['b', 'c']);
  expect(tasks({ actionType: 'delete' })).toEqual([]);
});

test('the file stays bounded', async () => {
  const history = await open();
  for (let n = 0; n < 5000; n += 1) {
    history.created(`t${n}`, 'web', 'apply');
    if (n % 100 === 0) await history.close();
  }
  await history.close();
  expect(history.list({})).toHaveLength(1000);
  expect((await readFile(join(dir, 'actions.jsonl'), 'utf8')).split('\n').length).toBeLessThan(4200);
});

test('a folder that is missing and cannot be made is told with who makes it', async () => {
  // Below a file nobody makes a folder, root neither.
  const data = join(dir, 'data');
  await writeFile(data, '');
  const opened = new ActionHistory(join(data, 'workloads/actions.jsonl'), systemClock, log).open();
  const text = `the folder ${data}/workloads is missing and cannot be made from here (ENOTDIR); as root, run: systemd-tmpfiles --create axion.conf`;
  await expect(opened).rejects.toMatchObject({ reason: 'FOLDER_MISSING', message: expect.stringContaining(text) as string });
});
