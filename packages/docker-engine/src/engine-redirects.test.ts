import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';

const elsewhere: string[] = [];
const aside = createServer((request, answer) => {
  elsewhere.push(request.url ?? '');
  answer.end('{}');
});
let location = '';
const redirecting = createServer((_request, answer) => answer.writeHead(301, { location }).end('Moved'));
let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axion-redirects-'));
  redirecting.listen(join(folder, 'engine.sock'));
  aside.listen(0, '127.0.0.1');
  await Promise.all([once(redirecting, 'listening'), once(aside, 'listening')]);
  engine = openEngine({ host: `unix://${join(folder, 'engine.sock')}`, deadlineMs: 20_000 });
});
afterAll(async () => {
  engine.close();
  redirecting.close();
  aside.close();
  await rm(folder, { recursive: true });
});

test('an answer that leads elsewhere is an error and is not followed, call after call', async () => {
  const { port } = aside.address() as { readonly port: number };
  const refused = { code: 'FAILED_PRECONDITION', reason: 'ENGINE_REDIRECTS' };
  for (location of [`http://127.0.0.1:${port}/stolen`, 'http://host.invalid/x', 'ftp://host.invalid/x', '/images/json']) {
    // More than the connections that are kept: none is lost to such an answer.
    for (let count = 0; count < 30; count += 1) await expect(engine.images.list()).rejects.toMatchObject(refused);
    await expect(engine.images.pull('busybox:1', undefined, AbortSignal.timeout(20_000))).rejects.toMatchObject(refused);
  }
  expect(elsewhere).toEqual([]);
});

test.each(['.', '..', '../images/json', 'a//b'])('%s as a name of a container never leaves', async (name) => {
  await expect(engine.containers.inspect(name)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'INVALID_NAME' });
});
