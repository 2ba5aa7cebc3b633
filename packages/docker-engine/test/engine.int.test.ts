import { afterAll, expect, test } from 'vitest';
import { isEngineAway, openEngine } from '../src/index.ts';
import type { Engine } from '../src/index.ts';

const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
const calls: string[] = [];
const engine: Engine = openEngine({ host, deadlineMs: 20_000, onCall: (operation) => calls.push(operation) });
afterAll(() => engine.close());

test('the engine says that it manages a swarm, and each call is measured', async () => {
  const info = await engine.swarm.assertManager();
  expect(info.swarm).toMatchObject({ state: 'active', manager: true });
  expect(calls).toContain('info');
});

test('what is not there is not found, and removing it is no error', async () => {
  await expect(engine.services.inspect('axion-nothing-here')).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('axion-nothing-here') as string });
  await engine.services.remove('axion-nothing-here');
  await engine.networks.remove('axion-nothing-here');
  await engine.secrets.remove('axion-nothing-here');
});

test('an engine that is not there is said to be away, at once', async () => {
  const nowhere = openEngine({ host: 'unix:///run/axion-no-such.sock', deadlineMs: 20_000 });
  const error = await nowhere.swarm.info().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'UNAVAILABLE', reason: 'ENGINE_UNREACHABLE' });
  expect(isEngineAway(error)).toBe(true);
});

test('a caller that gives up gets its own reason, and the connection is usable afterwards', async () => {
  const reason = new Error('enough');
  const gaveUp = new AbortController();
  const asked = engine.nodes.list(gaveUp.signal);
  gaveUp.abort(reason);
  await expect(asked).rejects.toBe(reason);
  expect(await engine.nodes.list()).not.toHaveLength(0);
});

test('events are followed until the signal, and a lost engine is reported', async () => {
  const end = new AbortController();
  const opened = Promise.withResolvers<void>();
  const followed = engine.events.follow({ onEvent: () => undefined, onOpen: opened.resolve }, end.signal);
  await opened.promise;
  end.abort();
  await followed;
  const lost = Promise.withResolvers<unknown>();
  const stop = new AbortController();
  const nowhere = openEngine({ host: 'unix:///run/axion-no-such.sock', deadlineMs: 20_000 });
  const ended = nowhere.events.follow({ onEvent: () => undefined, onLost: lost.resolve }, stop.signal);
  await expect(lost.promise).resolves.toMatchObject({ reason: 'ENGINE_UNREACHABLE' });
  stop.abort();
  await ended;
});

test('an image that its registry does not have is said so in the words of the registry', async () => {
  const registry = process.env['AXION_TEST_REGISTRY'] ?? '127.0.0.1:1';
  await expect(engine.distribution.inspect(`${registry}/axion/no-such-image:1`, undefined)).rejects.toMatchObject({
    reason: expect.stringMatching(/IMAGE_NOT_FOUND|REGISTRY_DENIED|REGISTRY_UNREACHABLE/) as string,
  });
});

test.each(['http://x/y:1', '../containers', '..', '%2e%2e/x', './x', 'a//b:1'])('the image %s is refused, and the next call works', async (image) => {
  const refused = { code: 'INVALID_ARGUMENT', reason: 'INVALID_IMAGE' };
  await expect(engine.images.find(image)).rejects.toMatchObject(refused);
  await expect(engine.images.pull(image, undefined, AbortSignal.timeout(20_000))).rejects.toMatchObject(refused);
  await expect(engine.images.remove(image)).rejects.toMatchObject(refused);
  await expect(engine.distribution.inspect(image, undefined)).rejects.toMatchObject(refused);
  await expect(engine.containers.inspect(image)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:INVALID_ARGUMENT|FAILED_PRECONDITION|NOT_FOUND)$/) as string });
  await expect(engine.images.list()).resolves.toBeInstanceOf(Array);
});
