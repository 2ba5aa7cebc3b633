import { join } from 'node:path';
import { parseCommand } from '@axion/contracts';
import type { SequencedEvent } from '@axion/bus';
import { newId, stackName } from '@axion/core';
import { dockerEngine, sharedImage, spawnComponent, tempDir, uniqueName, waitFor } from '@axion/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { linkSetup } from './link-setup.ts';

const textOf = (text: string): string => Buffer.from(text, 'base64').toString();

test('a real stack: how far its deployment is, its logs as they come, scaled, and removed over the channel', async () => {
  const engine = await dockerEngine();
  const home = await tempDir('channel');
  onTestFinished(() => home.remove());
  const { bus, plane, start, watcher } = await linkSetup();
  const env = {
    AXION_AGENT__BUS__URL: bus.url,
    AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data'),
    AXION_AGENT__AGENT__PROJECTS_DIR: join(home.path, 'projects'),
    AXION_AGENT__DOCKER__HOST: engine.host,
  };
  const [executor] = await Promise.all([spawnComponent('swarm-executor', { env }), start()]);
  onTestFinished(async () => void (await executor.stop()));
  const project = uniqueName('chan').toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  const own = `?filters=${encodeURIComponent(JSON.stringify({ label: [`com.docker.stack.namespace=${stackName(project)}`] }))}`;
  const services = async (): Promise<readonly { readonly Spec: { readonly Name: string; readonly Mode: { readonly Replicated?: { readonly Replicas: number } } } }[]> =>
    (await engine.call('GET', `/services${own}`)) as never;
  onTestFinished(async () => {
    for (const { Spec } of await services()) await engine.call('DELETE', `/services/${Spec.Name}`);
    await waitFor(
      async () => {
        const left = (await engine.call('GET', `/networks${own}`)) as readonly { readonly Id: string }[];
        for (const { Id } of left) await engine.call('DELETE', `/networks/${Id}`).catch(() => undefined);
        return left.length === 0;
      },
      { what: 'its network to go', timeoutMs: 20_000 },
    );
  });
  const events: SequencedEvent[] = [];
  await watcher.events.follow({}, (event) => void events.push(event));

  const commandId = newId();
  const docker_stack_yml = `
services:
  talker:
    image: ${sharedImage()}
    command: ["sh", "-c", "trap 'exit 0' TERM; n=0; while true; do n=$$((n+1)); echo line $$n; sleep 0.2 & wait $$!; done"]
    deploy: { endpoint_mode: dnsrr, update_config: { monitor: 1s } }
`;
  const envelope = { command_id: commandId, command_type: 'Deploy', payload: { project_id: project, docker_stack_yml }, timestamp: new Date().toISOString() };
  await watcher.commands.publish(parseCommand(Buffer.from(JSON.stringify(envelope))));
  const underWay = await plane.act({ actionId: newId(), deploy: { projectId: project, commandId } });
  expect(JSON.parse(underWay.end.answer?.json ?? '')).toMatchObject({ command_id: commandId });
  await waitFor(() => events.find(({ terminal, body }) => terminal && body.causation_id === commandId), { what: 'the deployment to end', timeoutMs: 60_000 });
  const done = await plane.act({ actionId: newId(), deploy: { projectId: project, commandId } });
  expect(JSON.parse(done.end.answer?.json ?? '')).toMatchObject({ state: 'ended', event_type: 'DeployCompleted' });

  const followed = await plane.act({ actionId: newId(), logs: { projectId: project, follow: true } }, { credit: 2, cancelAfter: 3 });
  expect(followed.end.failure?.code).toBe('CANCELLED');
  const numbers = followed.chunks.flatMap(({ logs }) => logs.lines.map(({ text }) => Number(/line (\d+)/.exec(textOf(text))?.[1])));
  expect(numbers).toEqual(numbers.map((_, index) => index + numbers[0]!));
  const tail = await plane.act({ actionId: newId(), logs: { projectId: project, serviceName: 'talker', tail: 2 } });
  expect(tail.chunks.flatMap(({ logs }) => logs.lines)).toHaveLength(2);

  const scaled = await plane.act({ actionId: newId(), scale: { projectId: project, serviceName: 'talker', replicas: 0 } });
  expect(scaled).toMatchObject({ accepted: true, end: { answer: { json: expect.any(String) as string } } });
  expect((await services())[0]?.Spec.Mode.Replicated?.Replicas).toBe(0);
  expect(await plane.act({ actionId: newId(), stop: { projectId: project } })).toMatchObject({ accepted: true, end: { answer: {} } });
  expect(await services()).toEqual([]);
});
