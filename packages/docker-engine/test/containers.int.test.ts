import { sharedImage, uniqueName } from '@axion/testkit';
import { afterAll, expect, test } from 'vitest';
import { openEngine } from '../src/index.ts';
import type { Engine } from '../src/index.ts';

const engine: Engine = openEngine({ host: process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock', deadlineMs: 20_000 });
const name = uniqueName('axion-engine-test');
const volume = `${name}-data`;
afterAll(async () => {
  await engine.containers.remove(name);
  await engine.volumes.remove(volume);
  engine.close();
});

test('a container is pulled, created, started, measured, stopped and removed', async () => {
  const image = sharedImage();
  await engine.images.pull(image, undefined, AbortSignal.timeout(60_000));
  expect(await engine.images.find(image)).toMatchObject({ tags: expect.arrayContaining([image]) as string[] });
  await engine.volumes.create({ Name: volume, Driver: 'local', Labels: { 'dev.axion.test': name } });
  const id = await engine.containers.create(name, {
    Image: image,
    Cmd: ['sh', '-c', 'echo down >&2; echo up; exec sleep 1000'],
    Labels: { 'dev.axion.test': name },
    HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
  });
  await engine.containers.start(id);
  await engine.containers.start(id);
  const [row] = await engine.containers.list({ label: [`dev.axion.test=${name}`] });
  expect(row).toMatchObject({ id, name, state: 'running' });
  expect(await engine.containers.stats(id)).toMatchObject({ memoryBytes: expect.any(Number) as number, at: expect.any(Number) as number });
  expect(await engine.logs.ofContainer(id, 10)).toEqual(['down']);
  await engine.containers.stop(id, 0);
  await engine.containers.stop(id, 0);
  expect(await engine.containers.inspect(name)).toMatchObject({ state: 'exited', exitCode: 137, mounts: [{ type: 'volume', name: volume, target: '/data' }] });
  await expect(engine.volumes.remove(volume)).rejects.toMatchObject({ reason: 'IN_USE' });
  await engine.containers.remove(id);
  await engine.containers.remove(id);
  await expect(engine.containers.inspect(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a pull says what its registry said', async () => {
  const missing = sharedImage().replace(/[^/]*$/, 'nothing-of-this-name:1');
  await expect(engine.images.pull(missing, undefined, AbortSignal.timeout(60_000))).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'IMAGE_NOT_FOUND' });
  await expect(engine.images.pull('127.0.0.1:9/nobody/there:1', undefined, AbortSignal.timeout(60_000))).rejects.toMatchObject({ reason: 'REGISTRY_UNREACHABLE' });
  expect(await engine.images.find(missing)).toBeUndefined();
});
