import { setTimeout as sleep } from 'node:timers/promises';
import { parseCommand } from '@axion/contracts';
import type { SequencedEvent } from '@axion/bus';
import { newId } from '@axion/core';
import { dockerEngine, startLibvirt, waitFor } from '@axion/testkit';
import { expect, test } from 'vitest';
import { composePrograms } from './compose-rig.ts';
import { startRig } from './executor-rig.ts';
import { fuzzedCompose, fuzzedContainer, fuzzedMachine } from './fuzzed-workloads.ts';
import type { Asked, Fuzzed } from './fuzzed-workloads.ts';

/** Small enough for every run; `AXION_FUZZ_APPLIES=300` is the long one. At least one kill for each three. */
const APPLIES = Number(process.env['AXION_FUZZ_APPLIES'] ?? 24);
/** A container is done between two kills; an application or a machine takes a longer pause, of which there are some. */
const PAUSE_MS = 400;
const LONG_PAUSE_MS = 8000;

test('killed at any instruction: each command ends once, and what stands is what was asked last', { timeout: 120_000 + APPLIES * 6000 }, async () => {
  const engine = await dockerEngine();
  await using libvirt = await startLibvirt();
  await using rig = await startRig(engine, {
    AXION_AGENT__WORKLOADS__COMPOSE: 'true',
    // Debian's, which is version 1, where it is there.
    AXION_AGENT__WORKLOADS__COMPOSE_BINARY: composePrograms().at(-1)!,
    AXION_AGENT__WORKLOADS__VM: 'true',
    AXION_AGENT__WORKLOADS__LIBVIRT_URI: libvirt.uri,
    AXION_AGENT__WORKLOADS__VOLUMES_DIR: libvirt.path,
  });
  const ends = new Map<string, SequencedEvent[]>();
  await rig.cli.events.follow({}, (event) => {
    const cause = event.body.causation_id;
    if (event.terminal && cause !== undefined) ends.set(cause, [...(ends.get(cause) ?? []), event]);
  });
  const workloads: readonly Fuzzed[] = [
    ...['one', 'two', 'three', 'four'].map((name) => fuzzedContainer(rig, engine, rig.id(name))),
    fuzzedCompose(rig, engine, rig.id('app').toLowerCase()),
    await fuzzedMachine(libvirt, rig.id('machine')),
  ];
  const last = new Map<Fuzzed, Asked>();
  const data = new Map<Fuzzed, string>();
  const wrong: string[] = [];
  const sent: string[] = [];
  const kinds = new Map<string, Fuzzed['kind']>();
  const send = async (index: number): Promise<void> => {
    const workload = workloads[index % workloads.length]!;
    const { id } = workload;
    const deletes = index % 17 === 16;
    const asked = { revision: `r${index - (index % 3)}`, desired: index % 5 === 4 ? 'STOPPED' : 'RUNNING' } as const;
    const payload = deletes ? { id } : { id, revision_id: asked.revision, desired_state: `DESIRED_STATE_${asked.desired}`, spec: workload.spec(asked.revision) };
    const commandId = newId();
    const envelope = { command_id: commandId, command_type: deletes ? 'DeleteWorkload' : 'ApplyWorkload', payload, timestamp: new Date().toISOString() };
    await rig.cli.commands.publish(parseCommand(Buffer.from(JSON.stringify(envelope))));
    sent.push(commandId);
    kinds.set(commandId, workload.kind);
    last.set(workload, deletes ? 'deleted' : asked);
  };
  /** Data that was there once stays, whatever is applied or deleted. */
  const lookAtData = async (workload: Fuzzed): Promise<void> => {
    const [before, now] = [data.get(workload), await workload.data()];
    if (before !== undefined && now !== before) wrong.push(`the data of ${workload.id} (${before}) became ${now}`);
    if (now !== undefined) data.set(workload, now);
  };

  let kills = 0;
  // On a busy machine everything takes longer, work as well as starts: killed at a fixed pace it would never get to anything.
  let startMs = 0;
  const sending = new AbortController();
  const killing = (async () => {
    while (!sending.signal.aborted) {
      await sleep(Math.random() * Math.max(kills % 6 === 5 ? LONG_PAUSE_MS : PAUSE_MS, 2 * startMs));
      const killed = performance.now();
      await rig.crash();
      startMs = performance.now() - killed;
      kills += 1;
    }
  })();
  const isEnough = (): boolean => sent.length >= APPLIES && kills >= APPLIES / 3;
  while (!isEnough()) {
    await lookAtData(workloads[sent.length % workloads.length]!);
    await send(sent.length);
    await sleep(Math.random() * 400);
    // Never more than a handful ahead of the executor, so that most commands are really worked on.
    await waitFor(() => sent.length - ends.size < workloads.length * 2, { what: 'the executor to follow', timeoutMs: 120_000 });
  }
  sending.abort();
  await killing;
  await waitFor(() => ends.size === sent.length, { what: 'every command to end', timeoutMs: 120_000 });

  /** Those that were really carried out: of those that waited together only the newest is. */
  const done = { container: 0, application: 0, machine: 0 };
  for (const commandId of sent) {
    const events = ends.get(commandId) ?? [];
    if (events.length !== 1) wrong.push(`${commandId} ended ${events.length} times`);
    if (events.length > 0 && events[0]!.body.payload['skipped'] !== true) done[kinds.get(commandId)!] += 1;
    for (const { body } of events) if (body.event_type !== 'StatusReport') wrong.push(`${commandId}: ${JSON.stringify(body.payload).slice(0, 600)}`);
  }
  for (const [workload, asked] of last) {
    await lookAtData(workload);
    wrong.push(...(await workload.wrong(asked)));
  }
  // What Compose made beside containers goes with its workload.
  await Promise.all(workloads.map(({ id }) => rig.ask('delete', { id }).catch(() => undefined)));
  expect(wrong).toEqual([]);
  expect(data.size, 'every kind has had data').toBe(workloads.length);
  expect(kills).toBeGreaterThan(0);
  console.log(`${sent.length} commands, ${kills} kills, ${wrong.length} violations; carried out and not overtaken: ${JSON.stringify(done)}`);
});
