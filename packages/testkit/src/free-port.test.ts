import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('a port is given once, whoever asks', async () => {
  const own = await Promise.all(Array.from({ length: 300 }, () => freePort()));
  // Another process, for as long as this one keeps its claims.
  const script = `const { freePort } = await import(${JSON.stringify(new URL('free-port.ts', import.meta.url).href)});
    console.log(JSON.stringify(await Promise.all(Array.from({ length: 300 }, () => freePort()))));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const all = [...own, ...(JSON.parse(stdout) as number[])];
  expect(new Set(all).size).toBe(600);
});
