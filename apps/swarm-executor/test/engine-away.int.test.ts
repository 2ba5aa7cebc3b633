import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '@axion/testkit';
import type { ServerProcess } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

/** There is no engine at all. */
let rig: ExecutorRig;
let executor: ServerProcess;
beforeAll(async () => {
  rig = await executorRig('unix:///nowhere/docker.sock');
  executor = await rig.start('1', { AXION_AGENT__DEPLOY__PARALLELISM: '2' });
});
afterAll(() => rig[Symbol.asyncDispose]());

test('commands that wait for the engine hold up no other project', async () => {
  const waiting = await Promise.all([rig.send('Stop', { project_id: 'one' }), rig.send('Scale', { project_id: 'two', service_name: 'web', replicas: 2 }), rig.send('Restart', { project_id: 'three' }), rig.send('Deploy', { project_id: 'four', docker_stack_yml: 'services: {web: {image: "web:1"}}' })]);
  const other = await rig.send('Deploy', { project_id: 'five', docker_stack_yml: 'services: {web: {image: "web:1"}}', timeout_seconds: 2 });
  await waitFor(() => rig.events(other).some(({ body }) => body.event_type === 'DeployStarted'), { what: 'the deployment to begin', timeoutMs: 10_000 });
  const end = await rig.end(other, 15_000);
  expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { message: expect.stringContaining('the Docker Engine at unix:///nowhere/docker.sock does not answer (ENOENT)') as string, details: { rollback: { outcome: 'left' } } } });
  const lines = executor.output.split('\n').filter((line) => line.includes(other.commandId));
  expect(lines).toEqual([expect.stringContaining('command begins'), expect.stringContaining('command failed')]);
  expect(lines[1]).toMatch(/five.*ENOENT|ENOENT.*five/);
  for (const command of waiting) expect(rig.events(command).some(({ terminal }) => terminal)).toBe(false);
});
