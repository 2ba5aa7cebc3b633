import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const AXION = join(import.meta.dirname, '..', 'src', 'main.ts');

interface Look {
  readonly ready: boolean;
  readonly link: 'healthy' | 'degraded' | 'unhealthy';
}

/** A health endpoint that shows one look after the other, the last one for good, and what `axion status --wait` makes of it. */
const waitFor = async (looks: readonly Look[], args: readonly string[]) => {
  let probes = 0;
  const server = createServer(({ url }, answer) => {
    const isProbe = url!.startsWith('/readyz');
    if (isProbe) probes += 1;
    const { ready, link } = looks[Math.min(Math.max(probes, 1), looks.length) - 1]!;
    answer.statusCode = isProbe && !ready ? 503 : 200;
    answer.end(isProbe ? `control-link: ${link}` : JSON.stringify({ status: link, version: '1', uptime: 1, components: { 'control-link': { status: link, message: `is ${link}` } } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env = { ...process.env, AXION_AGENT__HEALTH__PORT: String((server.address() as AddressInfo).port) };
  const { promise, resolve } = Promise.withResolvers<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>();
  const child = execFile(process.execPath, [AXION, 'status', '--wait', ...args], { env }, (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }));
  const ended = await promise;
  server.close();
  return { ...ended, looks: probes };
};

test('an agent that is ready but still connects is waited for: a token that is refused a moment later is an agent that is not ready', async () => {
  const ended = await waitFor([{ ready: true, link: 'degraded' }, { ready: false, link: 'unhealthy' }], ['2']);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('the agent is not ready after 2 s: control-link: unhealthy') as string });
});

test('it ends with the look at which all is well', async () => {
  const looks: readonly Look[] = [{ ready: false, link: 'degraded' }, { ready: true, link: 'degraded' }, { ready: true, link: 'healthy' }];
  expect(await waitFor(looks, ['60'])).toMatchObject({ code: 0, looks: 3, stdout: expect.stringMatching(/control-link\s+healthy/) as string });
});

test('what stays degraded is an agent that is ready, when its time is over; what is left out is not waited for', async () => {
  const [degraded, left] = await Promise.all([waitFor([{ ready: true, link: 'degraded' }], ['2']), waitFor([{ ready: true, link: 'unhealthy' }], ['60', '--exclude', 'control-link'])]);
  expect(degraded.code).toBe(0);
  expect(degraded.looks).toBeGreaterThan(2);
  expect(left).toMatchObject({ code: 0, looks: 1 });
});
