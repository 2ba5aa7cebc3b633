import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SequencedEvent } from '@axion/bus';
import { waitFor } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

let rig: ExecutorRig;
const reports: SequencedEvent[] = [];
beforeAll(async () => {
  rig = await executorRig();
  for (const name of ['a', 'b']) await rig.start(name);
  const cli = await rig.bus.connect('cli');
  await cli.events.follow({ type: 'StatusReport' }, (event) => event.body.payload['kind'] === 'drift' && reports.push(event));
});
afterAll(() => rig[Symbol.asyncDispose]());

const stack = (extra = ''): string =>
  `${extra}\nservices: {one: {image: ${rig.image}, command: [sleep, "999"], stop_grace_period: 0s, environment: {WORD: asked}, deploy: {endpoint_mode: dnsrr, update_config: {monitor: 500ms}}}}`;

const tamper = async (id: string, word: string): Promise<void> => {
  const service = await rig.engine.services.inspect(`axion-${id}_one`);
  const { TaskTemplate: template } = service.spec;
  await rig.engine.services.update(service, { ...service.spec, TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Env: [`WORD=${word}`] } } }, undefined);
};
const of = (id: string): readonly SequencedEvent[] => reports.filter(({ key }) => key === id);

test('a change behind the agent’s back is reported once with its fields, stays, and its end is told too', async () => {
  const id = rig.project();
  await rig.run('Deploy', { project_id: id, docker_stack_yml: stack(), deployment_id: 'd1' });
  await tamper(id, 'geheim');
  const report = await waitFor(() => of(id)[0], { what: 'the report of the drift', timeoutMs: 20_000 });
  expect(report.body.payload).toMatchObject({ deployment_id: 'd1', drifted: true, differences: [{ action: 'update-service', name: `axion-${id}_one`, changed: ['TaskTemplate.ContainerSpec.Env.WORD'] }] });
  expect(JSON.stringify(report)).not.toContain('geheim');
  expect((await rig.engine.services.inspect(`axion-${id}_one`)).spec.TaskTemplate.ContainerSpec.Env).toEqual(['WORD=geheim']);
  await tamper(id, 'asked');
  const over = await waitFor(() => of(id)[1], { what: 'the end of the drift', timeoutMs: 20_000 });
  expect(over.body.payload).toMatchObject({ drifted: false, differences: [] });
  expect(of(id)).toHaveLength(2);
});

test('scaling by command is no drift; a project that asks for it is healed', async () => {
  const id = rig.project();
  await rig.run('Deploy', { project_id: id, docker_stack_yml: stack('x-axion: {self_heal: true}'), deployment_id: 'd1' });
  await rig.run('Scale', { project_id: id, service_name: 'one', replicas: 2 });
  await tamper(id, 'other');
  const report = await waitFor(() => of(id)[0], { what: 'the report of the drift', timeoutMs: 30_000 });
  expect(report.body.payload).toMatchObject({ drifted: false, healed: 'put back', differences: [{ changed: ['TaskTemplate.ContainerSpec.Env.WORD'] }] });
  const { spec } = await rig.engine.services.inspect(`axion-${id}_one`);
  expect(spec.TaskTemplate.ContainerSpec.Env).toEqual(['WORD=asked']);
  expect(spec.Mode.Replicated?.Replicas).toBe(2);
});
