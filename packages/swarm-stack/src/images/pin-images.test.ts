import { expect, test } from 'vitest';
import { convertStack, loadStack } from '@axion/compose';
import type { StackSpec } from '@axion/compose';
import { AxionError } from '@axion/core';
import type { Distribution, Service } from '@axion/docker-engine';
import { pinImages } from './pin-images.ts';
import type { PinOptions } from './pin-images.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OLD = `sha256:${'b'.repeat(64)}`;
const PLATFORMS = [{ Architecture: 'arm64', OS: 'linux' }];
const signal = new AbortController().signal;
const noFiles = (path: string): never => {
  throw new Error(path);
};

const stackOf = (image: string): StackSpec =>
  convertStack(loadStack({ files: [{ name: 'x', text: JSON.stringify({ services: { web: { image } } }) }], workingDir: '/', environment: {}, readFile: noFiles, dialect: 'agent' }).model, { namespace: 's', readFile: noFiles });

/** The service as an earlier deployment of `image` left it. */
const runningOf = (image: string, pinned: string): Service => {
  const { spec } = stackOf(image).services[0]!;
  const task = { ...spec.TaskTemplate, ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: pinned }, Placement: { ...spec.TaskTemplate.Placement, Platforms: PLATFORMS } };
  return { id: 'i', version: 1, name: 's_web', spec: { ...spec, TaskTemplate: task } } as unknown as Service;
};

const registry = (asked: string[], answer: () => Promise<{ digest: string; platforms: typeof PLATFORMS }> = async () => ({ digest: DIGEST, platforms: PLATFORMS })): Distribution => ({
  inspect: async (image) => {
    asked.push(image);
    return answer();
  },
});
const unreachable = (): Promise<never> => Promise.reject(new AxionError('UNAVAILABLE', 'no such host', { reason: 'REGISTRY_UNREACHABLE' }));

const pin = async (image: string, running: readonly Service[], options: Partial<PinOptions> = {}) => {
  const asked: string[] = [];
  const pinned = await pinImages(stackOf(image), running, { registry: registry(asked), authFor: () => undefined, ...options }, signal);
  const { ContainerSpec, Placement } = pinned.wanted.services[0]!.spec.TaskTemplate;
  return { asked, image: ContainerSpec.Image, platforms: Placement.Platforms, problems: [...pinned.problems.keys()] };
};

test('a tag becomes a digest with its platforms; a digest stays and learns its platforms', async () => {
  expect(await pin('web:1', [])).toEqual({ asked: ['web:1'], image: `web:1@${DIGEST}`, platforms: PLATFORMS, problems: [] });
  expect(await pin(`web:1@${OLD}`, [])).toMatchObject({ image: `web:1@${OLD}`, platforms: PLATFORMS });
});

test('changed and never leave an unchanged image as it runs; changed asks for another one, never for none', async () => {
  const running = [runningOf('web:1', `web:1@${OLD}`)];
  for (const resolve of ['changed', 'never'] as const) expect(await pin('web:1', running, { resolve })).toMatchObject({ asked: [], image: `web:1@${OLD}` });
  expect(await pin('web:2', running, { resolve: 'changed' })).toMatchObject({ asked: ['web:2'], image: `web:2@${DIGEST}` });
  expect(await pin('web:2', running, { resolve: 'never' })).toMatchObject({ asked: [], image: 'web:2' });
  expect(await pin('web:1', running)).toMatchObject({ asked: ['web:1'], image: `web:1@${DIGEST}` });
});

test('a registry that cannot say: what runs is kept, unless it is as Docker’s client or somebody put another image there', async () => {
  const silent = { registry: registry([], unreachable) };
  expect(await pin('web:1', [runningOf('web:1', `web:1@${OLD}`)], silent)).toMatchObject({ image: `web:1@${OLD}`, platforms: PLATFORMS, problems: ['web:1'] });
  expect(await pin('web:1', [runningOf('web:1', `web:1@${OLD}`)], { ...silent, keepRunning: false })).toMatchObject({ image: 'web:1', problems: ['web:1'] });
  expect(await pin('web:1', [runningOf('web:1', `stranger:9@${OLD}`)], silent)).toMatchObject({ image: 'web:1' });
  expect(await pin(`web:1@${OLD}`, [], silent)).toMatchObject({ image: `web:1@${OLD}`, problems: [] });
});

test('images of a stored revision are taken as they were; an engine that is away is no answer', async () => {
  expect(await pin('web:1', [], { known: { 'web:1': { image: `web:1@${OLD}`, platforms: [] } } })).toMatchObject({ asked: [], image: `web:1@${OLD}` });
  const away = { registry: registry([], () => Promise.reject(new AxionError('UNAVAILABLE', 'away', { reason: 'ENGINE_UNREACHABLE' }))) };
  await expect(pin('web:1', [], away)).rejects.toMatchObject({ reason: 'ENGINE_UNREACHABLE' });
});
