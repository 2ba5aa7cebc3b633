import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError } from '@axion/core';
import { dockerEngine, freePort, sharedImage, waitFor } from '@axion/testkit';
import { describe, expect, test } from 'vitest';
import { composePrograms, composeRig, hasComposeV2 } from './compose-rig.ts';

const engine = await dockerEngine();
const image = sharedImage();
const stay = 'command: [sh, -c, "trap \\"exit 0\\" TERM; sleep 1000 & wait"]';
const sleep = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];
const web = `web: {image: ${image}, ${stay}, init: true, stop_grace_period: 1s}`;
const writer = `services: {web: {image: ${image}, command: [sh, -c, "echo kept >> /data/f; trap 'exit 0' TERM; sleep 1000 & wait"], volumes: ["./data:/data"]}}`;
const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

describe.each(composePrograms())('%s', (program) => {
  test('an application comes up: health awaited, jobs completed, variables set, profiles off', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('up');
    const yaml = `
services:
  web:
    image: ${image}
    ${stay}
    environment: {GREETING: "\${GREETING}"}
    healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 1s, retries: 30}
    entrypoint: [sh, -c, 'sleep 1; touch /tmp/ready; exec "$$@"', --]
  job: {image: ${image}, command: [sh, -c, "exit 0"]}
  debug: {image: ${image}, ${stay}, profiles: [debug]}
`;
    const instance = await rig.apply(rig.wanted(id, 'r1', Buffer.from(yaml).toString('base64'), { env: { GREETING: 'good morning, $HOME' } }));
    expect(instance).toMatchObject({ id, revision: 'r1', memo: `sealed ${id} r1`, state: 'running', mixed: false, completed: false });
    expect(instance.metadata).toEqual({ 'compose.project': id, 'compose.services': 'job=completed,web=running' });
    const rows = await rig.containers(id);
    expect(rows.map(({ Labels }) => Labels['dev.axion.workload'])).toEqual([id, id]);
    const { Config } = (await engine.call('GET', `/containers/${rows.find(({ Labels }) => Labels['com.docker.compose.service'] === 'web')?.Id}/json`)) as { Config: { Env: string[] } };
    expect(Config.Env).toContain('GREETING=good morning, $HOME');
    const all = await rig.driver.observe(rig.signal);
    expect(all.known && all.value.get(id)).toMatchObject({ revision: 'r1', state: 'running' });
    const elsewhere = await rig.stranger().observe(rig.signal);
    expect(elsewhere.known && elsewhere.value.has(id), 'another agent does not take it for its own').toBe(false);
    for (const name of await readdir(join(rig.home, id), { recursive: true })) expect((await stat(join(rig.home, id, name))).mode & 0o077, name).toBe(0);

    await rig.driver.stop(id, rig.signal);
    expect(await rig.inspect(id)).toMatchObject({ state: 'stopped', revision: 'r1' });
    await rig.driver.start(id, rig.signal);
    expect(await rig.inspect(id)).toMatchObject({ state: 'running', revision: 'r1' });
    expect((await rig.containers(id)).map((row) => row.Id).toSorted()).toEqual(rows.map((row) => row.Id).toSorted());
  });

  test('a Compose revision change keeps named volumes', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('volumes');
    await rig.apply(rig.wanted(id, 'r1', `
services:
  web: {image: ${image}, ${stay}, init: true, volumes: ["data:/data"]}
  old: {image: ${image}, ${stay}, init: true, volumes: ["more:/data"]}
volumes: {data: {labels: {generation: one}}, more: {}}`));
    await rig.inVolume(`${id}_data`, 'echo precious > /data/file');
    await rig.inVolume(`${id}_more`, 'echo precious > /data/file');
    // One service goes and with it the only use of a volume; of the other volume the file says something else now.
    const second = await rig.apply(rig.wanted(id, 'r2', `
services:
  web: {image: ${image}, ${stay}, init: true, volumes: ["data:/data"], environment: {NEW: "1"}}
volumes: {data: {labels: {generation: two}}}`));
    expect(second).toMatchObject({ revision: 'r2', state: 'running', metadata: { 'compose.services': 'web=running' } });
    expect(await rig.volumes(id)).toEqual([`${id}_data`, `${id}_more`]);
    expect(await rig.inVolume(`${id}_data`, 'cat /data/file')).toBe('precious');
    expect(await rig.inVolume(`${id}_more`, 'cat /data/file')).toBe('precious');
    expect(await rig.containers(id)).toHaveLength(1);
  });

  test('a failed create keeps existing volume data', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('kept');
    const withData = (command: string): string => `services: {web: {image: ${image}, ${command}, init: true, volumes: ["data:/data"]}}\nvolumes: {data: {}}`;
    await rig.apply(rig.wanted(id, 'r1', withData(stay)));
    await rig.inVolume(`${id}_data`, 'echo precious > /data/file');
    await rig.driver.remove(id, undefined, { data: true }, rig.signal);
    expect(await rig.inspect(id)).toBe('absent');

    await expect(rig.apply(rig.wanted(id, 'r2', withData('command: [sh, -c, "echo no way >&2; exit 3"]')))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'COMPOSE_NOT_UP',
      message: expect.stringMatching(/service web exited with code 3; it said: no way; its containers were removed, its volumes kept/),
    });
    expect(await rig.containers(id)).toEqual([]);
    expect(await rig.inVolume(`${id}_data`, 'cat /data/file')).toBe('precious');
  });

  test('a revision that does not come up makes way for the last good one', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('rollback');
    await rig.apply(rig.wanted(id, 'r1', `services: {${web}, side: {image: ${image}, ${stay}, init: true}}`));
    const before = await rig.containers(id);
    const failing = rig.wanted(id, 'r2', `services: {${web}, bad: {image: ${image}, command: [sh, -c, "exit 9"], depends_on: [web]}}`);
    await expect(rig.apply(failing)).rejects.toMatchObject({ message: expect.stringMatching(/service bad exited with code 9.*revision r1 runs again/) });
    expect(await rig.inspect(id)).toMatchObject({ revision: 'r1', memo: `sealed ${id} r1`, state: 'running', mixed: false, metadata: { 'compose.services': 'side=running,web=running' } });
    const webOf = (rows: typeof before): string | undefined => rows.find(({ Labels }) => Labels['com.docker.compose.service'] === 'web')?.Id;
    expect(webOf(await rig.containers(id)), 'a service that did not change is not made anew').toBe(webOf(before));
  });

  test('killed in the middle, it is seen as mixed and made whole by the next run', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('killed');
    await rig.apply(rig.wanted(id, 'r1', `services: {${web}}`));
    const killed = new AbortController();
    const slow = rig.wanted(id, 'r2', `services: {${web}, slow: {image: ${image}, ${stay}, init: true, healthcheck: {test: [CMD, "false"], interval: 2s, retries: 100}}}`);
    const running = rig.apply(slow, killed.signal);
    await waitFor(async () => (await rig.containers(id)).length === 2, { what: 'the second service', timeoutMs: 30_000 });
    killed.abort(new Error('killed'));
    await expect(running).rejects.toThrow('killed');
    const next = rig.again();
    await next.recover();
    const found = await next.inspect(id, rig.signal);
    expect(found.known && found.value).toMatchObject({ revision: 'r1', mixed: true });
    const first = rig.wanted(id, 'r1', `services: {${web}}`);
    await next.prepare(first, undefined, rig.signal);
    expect(await next.replace(first, undefined, rig.signal)).toMatchObject({ revision: 'r1', state: 'running', mixed: false, metadata: { 'compose.services': 'web=running' } });
  });

  test('the id is the project, whatever a scheduler calls it, and however many it calls the same', async () => {
    await using rig = await composeRig(engine, program);
    const ids = [rig.id('one'), rig.id('two')];
    for (const id of ids) await rig.apply(rig.wanted(id, 'r1', `services: {${web}}`, { projectName: 'workload', env: { COMPOSE_PROJECT_NAME: 'elsewhere' } }));
    for (const id of ids) expect((await rig.containers(id)).map(({ State }) => State)).toEqual(['running']);
  });

  test('what a Persys node left of it is taken over, with its volumes', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('left');
    const left = await rig.byHand(id, `/var/lib/persys/compose/${id}`, 'web', sleep, { kept: '/data' });
    await rig.inVolume(`${id}_kept`, 'echo precious > /data/file');
    const standing = await rig.driver.observe(rig.signal);
    expect(standing.known && standing.value.get(id)).toMatchObject({ state: 'running', memo: undefined });
    await rig.driver.stop(id, rig.signal);
    await rig.driver.start(id, rig.signal);
    expect((await rig.containers(id)).map(({ Id, State }) => [Id, State]), 'as it stands, it is not made anew').toEqual([[left, 'running']]);
    await rig.apply(rig.wanted(id, 'r1', `services: {web: {image: ${image}, ${stay}, init: true, volumes: ["kept:/data"]}}\nvolumes: {kept: {}}`));
    const rows = await rig.containers(id);
    expect(rows.map(({ State }) => State)).toEqual(['running']);
    expect(rows[0]?.Id).not.toBe(left);
    expect(await rig.inVolume(`${id}_kept`, 'cat /data/file')).toBe('precious');
  });

  test('deletion keeps volumes, except those whose label lets them go', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('delete');
    const yaml = `services: {web: {image: ${image}, ${stay}, init: true, volumes: ["keep:/a", "go:/b"]}}\nvolumes: {keep: {}, go: {labels: {dev.axion.retain: delete}}}`;
    await rig.apply(rig.wanted(id, 'r1', yaml));
    await rig.driver.remove(id, undefined, { data: true }, rig.signal);
    await rig.driver.remove(id, undefined, { data: true }, rig.signal);
    expect(await rig.inspect(id)).toBe('absent');
    expect(await rig.containers(id)).toEqual([]);
    expect(await rig.volumes(id)).toEqual([`${id}_keep`]);
    expect(await readdir(rig.home)).toEqual([]);
  });

  test('a damaged record, and a restart: relative bind mounts keep their data, and the revision can be gone back to', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('damaged');
    await rig.apply(rig.wanted(id, 'r1', writer));
    const data = join(rig.home, id, 'files/data/f');
    await waitFor(() => exists(data), { what: 'the data' });
    await writeFile(join(rig.home, id, 'state.json'), '{"id":"');
    const again = rig.again();
    await again.recover();
    expect(await readFile(data, 'utf8')).toBe('kept\n');
    expect(await readdir(join(rig.home, id))).toContain('state.json.damaged');
    const [before] = await rig.containers(id);
    const failing = rig.wanted(id, 'r2', `services: {web: {image: ${image}, command: [sh, -c, "exit 9"]}}`);
    await again.prepare(failing, undefined, rig.signal);
    await expect(again.replace(failing, undefined, rig.signal)).rejects.toThrow(/exited with code 9; what stood before runs again/);
    const after = await rig.containers(id);
    expect(after.map(({ State }) => State)).toEqual(['running']);
    expect(after[0]?.Id).not.toBe(before?.Id);
    await waitFor(async () => (await readFile(data, 'utf8')) === 'kept\nkept\n', { what: 'the former revision to write again' });
    await again.recover();
    await expect(again.prepare(rig.wanted(id, 'r3', 'services: {web: {nonsense: 1}}'), undefined, rig.signal)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await exists(data)).toBe(true);
  });

  test('a lost record, then a revision that Compose refuses: relative bind mounts keep their data', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('lost');
    await rig.apply(rig.wanted(id, 'r1', writer));
    const data = join(rig.home, id, 'files/data/f');
    await waitFor(() => exists(data), { what: 'the data' });
    await writeFile(join(rig.home, id, 'state.json'), '');
    await expect(rig.again().prepare(rig.wanted(id, 'r2', 'services: {web: {nonsense: 1}}'), undefined, rig.signal)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await readFile(data, 'utf8')).toBe('kept\n');
    expect((await rig.containers(id)).map(({ State }) => State)).toEqual(['running']);
  });

  test.each([false, true])('removal keeps what lies in relative bind mounts, and nothing else (data: %s)', async (data) => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('orphan');
    await rig.apply(rig.wanted(id, 'r1', writer));
    const path = join(rig.home, id, 'files/data/f');
    await waitFor(() => exists(path), { what: 'the data' });
    await mkdir(join(rig.home, id, 'files/data/empty'));
    await rig.driver.remove(id, undefined, { data }, rig.signal);
    expect(await readFile(path, 'utf8')).toBe('kept\n');
    expect(await exists(join(rig.home, id, 'files/data/empty'))).toBe(true);
    expect(await readdir(join(rig.home, id))).toEqual(['files']);
    expect(await rig.containers(id)).toEqual([]);
  });

  test('the first revision of what a Persys node left does not come up: without its former file the last that runs stays', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('adopted');
    await rig.byHand(id, `/var/lib/persys/compose/${id}`, 'web', sleep);
    const failing = rig.wanted(id, 'r1', `services: {${web}, other: {image: ${image}, command: [sh, -c, "exit 3"], depends_on: [web]}}`);
    await expect(rig.apply(failing)).rejects.toThrow(/service other exited with code 3; what stood before has no file that can be read here; its containers are left/);
    const states = (await rig.containers(id)).map(({ State, Labels }) => [Labels['com.docker.compose.service'], State]);
    expect(states).toContainEqual(['web', 'running']);
    expect(await rig.inspect(id)).toMatchObject({ mixed: true });
    expect(await rig.apply(rig.wanted(id, 'r2', `services: {${web}}`))).toMatchObject({ revision: 'r2', state: 'running', mixed: false });
  });

  test('refused before anything changes: foreign projects, taken ports, bad files, in words without secrets', async () => {
    await using rig = await composeRig(engine, program);
    const id = rig.id('refused');
    await rig.apply(rig.wanted(id, 'r1', `services: {${web}}`));
    const other = rig.id('other');
    const foreign = rig.id('foreign');
    await rig.byHand(foreign, '/srv/by-hand', 'web', sleep);
    await expect(rig.apply(rig.wanted(foreign, 'r1', `services: {${web}}`))).rejects.toMatchObject({ reason: 'PROJECT_IN_USE' });
    const port = await freePort();
    const holder = rig.id('holder');
    await rig.apply(rig.wanted(holder, 'r1', `services: {web: {image: ${image}, ${stay}, init: true, ports: ["${port}:80"]}}`));
    await expect(rig.apply(rig.wanted(other, 'r2', `services: {web: {image: ${image}, ${stay}, ports: ["${port}:80"]}}`))).rejects.toMatchObject({ reason: 'PORT_IN_USE' });
    await rig.apply(rig.wanted(holder, 'r2', `services: {web: {image: ${image}, ${stay}, init: true, ports: ["${port}:81"]}}`));
    const bad = rig.wanted(other, 'r3', `services: {web: {image: ${image}, ports: ["\${PASSWORD}"]}}`, { env: { PASSWORD: 'hunter2-is-secret' } });
    const refusal: unknown = await rig.apply(bad).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'spec.compose.compose_yaml' } });
    expect(JSON.stringify(refusal)).not.toContain('hunter2');
    expect(await rig.inspect(id)).toMatchObject({ revision: 'r1', state: 'running' });
    expect((await readdir(rig.home)).toSorted(), 'what was refused leaves no file').toEqual([id, holder].toSorted());
  });
});

test.skipIf(!hasComposeV2)('Compose version 2 was tested (when skipped: it is not here; "npm run setup -- --compose-v2" builds it in four minutes)', () => {
  expect(composePrograms()).toHaveLength(2);
});

test('a Compose that hangs is killed at the deadline with all it started', async () => {
  await using rig = await composeRig(engine, '/nonexistent/compose');
  const program = join(rig.home, 'compose');
  const pids = join(rig.home, 'pids');
  await writeFile(program, `#!/bin/sh\ncase "$*" in version*) echo 2.0.0; exit;; esac\ntrap '' TERM\nsleep 1000 &\necho $$ $! > ${pids}\nwait\n`);
  await chmod(program, 0o700);
  await using hung = await composeRig(engine, program);
  const id = hung.id('hung');
  const began = performance.now();
  const deadline = AbortSignal.timeout(1000);
  await expect(hung.apply(hung.wanted(id, 'r1', `services: {${web}}`), deadline)).rejects.toThrow(/timeout/i);
  expect(performance.now() - began).toBeLessThan(3000);
  const [shell = '', sleeper = ''] = (await readFile(pids, 'utf8')).trim().split(' ');
  const gone = async (pid: string): Promise<boolean> => (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z')).includes('Z');
  await waitFor(async () => (await gone(shell)) && (await gone(sleeper)), { what: 'the group to be gone' });
});

test('of a record that cannot be read nothing is known, and nothing follows', async () => {
  await using rig = await composeRig(engine, composePrograms().at(-1) ?? '');
  const id = rig.id('unreadable');
  await rig.apply(rig.wanted(id, 'r1', `services: {${web}}`));
  const record = join(rig.home, id, 'state.json');
  await rename(record, `${record}.away`);
  // Reading a folder fails for everybody, and otherwise than reading what is not there.
  await mkdir(record);
  const again = rig.again();
  await again.recover();
  expect(await again.inspect(id, rig.signal)).toMatchObject({ known: false, because: { code: 'UNAVAILABLE', reason: 'RECORD_UNREADABLE' } });
  const seen = await again.observe(rig.signal);
  expect([seen.known && seen.value.has(id), seen.silent?.has(id)]).toEqual([false, true]);
  await expect(again.images()).rejects.toMatchObject({ reason: 'RECORD_UNREADABLE' });
  await expect(again.remove(id, undefined, { data: true }, rig.signal)).rejects.toMatchObject({ reason: 'RECORD_UNREADABLE' });
  await rename(record, `${record}.folder`);
  await rename(`${record}.away`, record);
  const found = await again.inspect(id, rig.signal);
  expect(found.known && found.value).toMatchObject({ revision: 'r1', state: 'running', mixed: false });
  expect(await again.observe(rig.signal)).not.toHaveProperty('silent');
});

test('from an engine that does not answer nothing follows', async () => {
  await using rig = await composeRig(engine, 'docker compose', 'unix:///nonexistent/docker.sock');
  expect(await rig.driver.observe(rig.signal)).toMatchObject({ known: false, because: expect.any(AxionError) });
  expect(await rig.driver.inspect('any', rig.signal)).toMatchObject({ known: false });
});
