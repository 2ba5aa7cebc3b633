import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '@axion/core';
import { tempDir, waitFor } from '@axion/testkit';
import { SupervisedChild } from '../src/supervise/child.ts';
import type { ChildNews } from '../src/supervise/child.ts';

const supervised = (script: string) => {
  const news: ChildNews[] = [];
  const waiting: { readonly wanted: (news: ChildNews) => boolean; readonly resolve: (news: ChildNews) => void }[] = [];
  const child = new SupervisedChild({ name: 'test', command: process.execPath, args: ['-e', script], env: process.env }, systemClock, (item) => {
    news.push(item);
    for (const { wanted, resolve } of waiting) if (wanted(item)) resolve(item);
  });
  onTestFinished(() => child.stop(1000));
  const next = <E extends ChildNews['event']>(event: E) =>
    new Promise<Extract<ChildNews, { event: E }>>((resolve) => waiting.push({ wanted: (item) => item.event === event, resolve: resolve as (item: ChildNews) => void }));
  return { child, news, next };
};

const FOREVER = 'process.stdin.resume(); setInterval(() => {}, 1000)';

test('a killed child is started again', async () => {
  const { child, next } = supervised(FOREVER);
  const first = next('started');
  void child.run();
  const { pid } = await first;
  const again = next('started');
  process.kill(pid, 'SIGKILL');
  expect((await again).pid).not.toBe(pid);
});

test('a configuration that cannot work is not tried again', async () => {
  const { child, news } = supervised('process.exit(78)');
  await child.run();
  expect(child.finalCode).toBe(78);
  expect(news.filter(({ event }) => event === 'restarting')).toEqual([]);
});

test('a child that ignores SIGTERM is ended after its budget', async () => {
  await using folder = await tempDir();
  const ready = join(folder.path, 'ready');
  const { child, next } = supervised(`process.on('SIGTERM', () => {}); require('node:fs').writeFileSync(${JSON.stringify(ready)}, ''); ${FOREVER}`);
  void child.run();
  await waitFor(() => existsSync(ready));
  const ended = next('ended');
  await child.stop(100);
  expect((await ended).signal).toBe('SIGKILL');
});

test('stopped while it waits to start again, it stays stopped', async () => {
  const { child, news, next } = supervised('process.exit(1)');
  const restarting = next('restarting');
  void child.run();
  await restarting;
  await child.stop(1000);
  const count = news.length;
  await child.run();
  expect(news).toHaveLength(count);
});

test('a child does not outlive a supervisor that was killed', async () => {
  await using folder = await tempDir();
  const pidFile = join(folder.path, 'pid');
  const supervisor = spawn(process.execPath, [join(import.meta.dirname, 'fixture/supervisor.ts'), pidFile], { stdio: 'inherit' });
  const pid = await waitFor(() => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
  supervisor.kill('SIGKILL');
  await waitFor(() => !existsSync(`/proc/${pid}`), { what: 'the orphan to end' });
});
