import { join } from 'node:path';
import { systemClock } from '@axion/core';
import { openEngine } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import { startPrivateEngine, importImage, tempDir } from '@axion/testkit';
import { expect, test } from 'vitest';
import { ImageCare } from '../src/drivers/container/image-care.ts';

const log = { info: () => undefined, warn: () => undefined } as unknown as Logger;

test('unused images of ours go under pressure; needed ones, used ones and those of others stay', async () => {
  await using home = await tempDir('images');
  await using host = await startPrivateEngine({ swarm: false });
  const engine = openEngine({ host: host.host, deadlineMs: 10_000 });
  const [unused, needed, used, foreign] = ['ours/unused:1', 'ours/needed:1', 'ours/used:1', 'theirs/image:1'] as const;
  for (const [index, reference] of [unused, needed, used, foreign].entries()) await importImage(host.api, reference, { files: { 'etc/which': String(index) } });
  // Under a second name of its image: the engine itself would give up the first.
  await host.api.call('POST', `/images/${used}/tag?repo=ours/used&tag=again`);
  await engine.containers.create('user', { Image: used, Cmd: ['true'], Labels: {}, HostConfig: {} });
  const file = join(home.path, 'images.json');
  let pressed = false;
  const options = { engine, file, needed: async () => new Set<string>([needed]), pressed: async () => pressed, clock: systemClock, log };
  const care = new ImageCare(options);
  for (const reference of [unused, needed, used]) await care.wanted(reference, true);
  await care.wanted(foreign, false);
  expect(await care.collect(AbortSignal.timeout(10_000))).toEqual([]);
  pressed = true;
  // What was noted is known after a restart.
  const next = new ImageCare(options);
  await next.start();
  expect(await next.collect(AbortSignal.timeout(10_000))).toEqual([unused]);
  await next.stop();
  expect(await engine.images.find(unused)).toBeUndefined();
  for (const reference of [needed, used, foreign]) expect(await engine.images.find(reference)).toBeDefined();
  engine.close();
});
