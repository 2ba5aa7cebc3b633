import { AxionError, systemClock } from '@axion/core';
import type { Container, ContainerDetails, EngineEvent } from '@axion/docker-engine';
import { expect, test } from 'vitest';
import { LABELS } from '../../workload/labels.ts';
import { ContainerDriver } from './container-driver.ts';
import type { ContainerDriverOptions } from './container-driver.ts';

const { signal } = new AbortController();

/** An engine with a container for each id, all running at first. */
const rig = (ids: readonly string[]) => {
  const listed = new Map(ids.map((id) => [id, 'running']));
  const truth = new Map(listed);
  const mute = new Set<string>();
  const done: string[] = [];
  let tell: ((event: Pick<EngineEvent, 'id' | 'attributes'>) => void) | undefined;
  const engine = {
    containers: {
      list: async ({ label = [] }: { readonly label?: readonly string[] }) =>
        label.some((each) => each.startsWith('persys')) ? [] : [...listed].flatMap(([id, state]) => (label.includes(LABELS.workload) || label.includes(`${LABELS.workload}=${id}`) ? [{ id, name: id, state, status: '', labels: { [LABELS.workload]: id } } as unknown as Container] : [])),
      inspect: async (id: string) => {
        if (mute.has(id)) throw new AxionError('DEADLINE_EXCEEDED', 'inspect container did not answer', { reason: 'ENGINE_DEADLINE' });
        return { id, name: id, state: truth.get(id), exitCode: 137, oomKilled: false, error: '', startedAt: 'x', finishedAt: '', image: '', restartPolicy: '', restartCount: 0, labels: { [LABELS.workload]: id }, env: new Map(), mounts: [{ type: 'volume', name: `${id}_data` }, { type: 'bind', name: '' }] } as unknown as ContainerDetails;
      },
      start: async (id: string) => void done.push(`start ${id}`),
    },
    events: { follow: async ({ onEvent }: { readonly onEvent: NonNullable<typeof tell> }) => void (tell = onEvent) },
  };
  const driver = new ContainerDriver({ engine, images: {}, volumes: { attach: async (id: string, mounted: readonly string[]) => void done.push(`attach ${mounted.join()} of ${id}`) }, clock: systemClock, usage: async () => new Map() } as unknown as ContainerDriverOptions);
  return { driver, listed, truth, mute, done, tell: (id: string) => tell?.({ id, attributes: { [LABELS.workload]: id } }) };
};

test('a container that the engine shows nothing of hides none of the others', async () => {
  const { driver, mute } = rig(['a', 'b', 'c']);
  mute.add('b');
  const seen = await driver.observe(signal);
  expect(seen.known && [...seen.value.keys()]).toEqual(['a', 'c']);
  expect([...(seen.silent ?? [])]).toMatchObject([['b', { reason: 'RUNTIME_AWAY' }]]);
  mute.clear();
  expect(await driver.observe(signal)).not.toHaveProperty('silent');
});

test('that a container has ended is seen at once, also while the list of the engine does not show it yet', async () => {
  const { driver, truth, tell } = rig(['a']);
  const heard: (string | undefined)[] = [];
  await driver.follow((id) => heard.push(id), signal);
  expect(await driver.inspect('a', signal)).toMatchObject({ value: { state: 'running' } });
  truth.set('a', 'exited');
  tell('a');
  expect(heard).toEqual(['a']);
  expect(await driver.inspect('a', signal)).toMatchObject({ value: { state: 'stopped' } });
});

test('before a start the volumes that the container mounts are made usable, and no others', async () => {
  const { driver, done } = rig(['a']);
  await driver.start('a', signal);
  expect(done).toEqual(['attach a_data of a', 'start a']);
});

test('a paused container is said to be paused', async () => {
  const { driver, listed, truth } = rig(['a']);
  for (const states of [listed, truth]) states.set('a', 'paused');
  expect(await driver.inspect('a', signal)).toMatchObject({ value: { state: 'running', message: expect.stringContaining('paused by hand') as string, metadata: { 'container.state': 'paused' } } });
});
