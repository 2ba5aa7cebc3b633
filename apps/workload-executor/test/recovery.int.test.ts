import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerEngine, sharedImage, startLibvirt, tinyGuest, waitFor } from '@axion/testkit';
import { expect, test } from 'vitest';
import { composePrograms } from './compose-rig.ts';
import { startRig } from './executor-rig.ts';
import type { Applied, Status } from './executor-rig.ts';

test('a Compose application and a virtual machine are known again from their runtimes when the store is lost', async () => {
  const engine = await dockerEngine();
  await using libvirt = await startLibvirt();
  await using rig = await startRig(engine, {
    AXION_AGENT__WORKLOADS__COMPOSE: 'true',
    AXION_AGENT__WORKLOADS__COMPOSE_BINARY: composePrograms()[0]!,
    AXION_AGENT__WORKLOADS__VM: 'true',
    AXION_AGENT__WORKLOADS__LIBVIRT_URI: libvirt.uri,
    AXION_AGENT__WORKLOADS__VOLUMES_DIR: libvirt.path,
  });
  const [app, machine] = [rig.id('app').toLowerCase(), rig.id('machine')];
  await mkdir(join(libvirt.path, machine), { mode: 0o711 });
  await writeFile(join(libvirt.path, machine, 'boot.raw'), tinyGuest());
  const yaml = `services: {web: {image: ${sharedImage()}, init: true, command: [sleep, "1000"], stop_grace_period: 1s, volumes: ["data:/data"]}}\nvolumes: {data: {labels: {dev.axion.retain: delete}}}`;
  const specs: Readonly<Record<string, object>> = {
    [app]: { compose: { composeYaml: yaml, env: { PASSWORD: 'hunter2hunter2' } } },
    [machine]: { vm: { vcpus: 1, memoryMb: '64', disks: [{ path: 'boot.raw', format: 'raw', boot: true }] } },
  };
  const apply = (id: string): Promise<Applied> => rig.ask('apply', { id, revisionId: 'r1', desiredState: 'DESIRED_STATE_RUNNING', spec: specs[id] });
  const running = (id: string): Promise<Status> =>
    waitFor(
      async () => {
        const status = await rig.status(id);
        if (status.actualState !== 'ACTUAL_STATE_RUNNING') throw new Error(JSON.stringify(status));
        return status;
      },
      { what: `${id} to run`, timeoutMs: 90_000 },
    );
  await Promise.all([app, machine].map(apply));
  await running(app);
  expect((await running(machine)).metadata).toMatchObject({ 'vm.domain_state': 'running', 'vm.domain_reason': 'booted', task_status: 'completed' });
  const [before] = await rig.rows(app);
  expect(JSON.stringify(before)).not.toContain('hunter2');

  await rig.executor.kill();
  const store = (await rig.bus.connect('workload-executor')).bucket('workloads');
  for (const key of await store.keys()) await store.delete(key);
  await rig.restart();
  for (const id of [app, machine]) {
    await waitFor(() => rig.status(id).then(() => true, () => false), { what: `${id} to be known again`, timeoutMs: 30_000 });
    expect(await apply(id)).toMatchObject({ skipped: true, status: { revisionId: 'r1' } });
    await running(id);
  }
  expect((await rig.rows(app)).map(({ Id }) => Id)).toEqual([before?.Id]);
  expect((await rig.status(machine)).metadata, 'it was not booted again').toMatchObject({ 'vm.domain_reason': 'booted' });

  for (const id of [app, machine]) expect(await rig.ask('delete', { id })).toMatchObject({ success: true });
  expect(await readdir(join(libvirt.path, machine))).toEqual(['boot.raw']);
});
