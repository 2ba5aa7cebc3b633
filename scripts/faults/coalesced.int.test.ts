import { expect, test } from 'vitest';
import { waitFor } from '@axion/testkit';
import { FaultRig } from './rig.ts';
import { ends } from './verdict.ts';
import type { SeenEvent } from './verdict.ts';

const stack = (monitor: string): string =>
  JSON.stringify({ services: { web: { image: 'busybox:1', command: ['sleep', '1000000'], init: true, stop_grace_period: '1s', deploy: { endpoint_mode: 'dnsrr', update_config: { monitor } } } } });

test('deployments that a newer one replaces end in their order in the topic, also where the first was half done when everything was killed', async () => {
  const project = `coalesced-${Date.now().toString(36)}`;
  await using rig = await FaultRig.start(project);
  const { events } = rig.kafka;
  const endsOf = (id: string, type: 'Deploy' | 'GetStatus'): readonly SeenEvent[] => events.filter((event) => event.causationId === id && ends(type, event.type));
  const deploy = (id: string, monitor: string, more = {}) => rig.kafka.produce({ id, type: 'Deploy', project, payload: { project_id: project, docker_stack_yml: stack(monitor), ...more } });

  await deploy('first', '60s');
  await waitFor(async () => (await rig.state([project])).get(project) !== undefined, { what: 'the service of the first', timeoutMs: 60_000 });
  await deploy('second', '60s');
  await deploy('third', '60s');
  await deploy('newest', '100ms', { coalesce: true });
  await rig.kafka.produce({ id: 'status', type: 'GetStatus', project, payload: { project_id: project } });
  await waitFor(async () => (await rig.waiting()) === 5, { what: 'five commands that wait' });
  for (const part of [rig.worker, ...rig.executors]) part.kill();

  await waitFor(() => endsOf('status', 'GetStatus').length > 0, { what: 'the end of the last', timeoutMs: 90_000 });
  const ended = [...['first', 'second', 'third', 'newest'].map((id) => endsOf(id, 'Deploy')), endsOf('status', 'GetStatus')];
  expect(ended.map(([end]) => [end?.type, end?.message])).toEqual([
    ['DeployFailed', 'given up half-way: the newer deployment newest replaces it'],
    ['DeployFailed', 'not executed: the newer deployment newest replaces it'],
    ['DeployFailed', 'not executed: the newer deployment newest replaces it'],
    ['DeployCompleted', expect.any(String)],
    ['StatusReport', expect.any(String)],
  ]);
  expect(ended.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
  const places = ended.map(([end]) => end!);
  expect(new Set(places.map(({ partition }) => partition)).size).toBe(1);
  expect(places.map(({ offset }) => offset)).toEqual(places.map(({ offset }) => offset).toSorted((a, b) => a - b));
}, 240_000);
