import { setTimeout as sleep } from 'node:timers/promises';
import { parseCommand } from '@axion/contracts';
import type { SequencedEvent } from '@axion/bus';
import { newId } from '@axion/core';
import { dockerEngine, sharedImage, waitFor } from '@axion/testkit';
import { expect, test } from 'vitest';
import { startRig } from './executor-rig.ts';

/** Small enough for every run; `AXION_FUZZ_APPLIES=300` is the long one. At least one kill for each three. */
const APPLIES = Number(process.env['AXION_FUZZ_APPLIES'] ?? 24);
const IDS = 6;
/** Ends at once when it is asked to, so that a run is about the executor and not about waiting for containers. */
const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];

test('killed at any instruction: each command ends once, and what stands is what was asked last', { timeout: 120_000 + APPLIES * 6000 }, async () => {
  await using rig = await startRig(await dockerEngine());
  const ends = new Map<string, SequencedEvent[]>();
  await rig.cli.events.follow({}, (event) => {
    const cause = event.body.causation_id;
    if (event.terminal && cause !== undefined) ends.set(cause, [...(ends.get(cause) ?? []), event]);
  });
  const ids = Array.from({ length: IDS }, (_, index) => rig.id(`fuzz${index}`));
  const last = new Map<string, { revision: string; desired: string } | 'deleted'>();
  const sent: string[] = [];
  const send = async (index: number): Promise<void> => {
    const id = ids[index % IDS]!;
    const deletes = index % 17 === 16;
    const [revision, desired] = [`r${index - (index % 3)}`, index % 5 === 4 ? 'STOPPED' : 'RUNNING'];
    const payload = deletes ? { id } : { id, revision_id: revision, desired_state: `DESIRED_STATE_${desired}`, spec: { container: { image: sharedImage(), command } } };
    const commandId = newId();
    const envelope = { command_id: commandId, command_type: deletes ? 'DeleteWorkload' : 'ApplyWorkload', payload, timestamp: new Date().toISOString() };
    await rig.cli.commands.publish(parseCommand(Buffer.from(JSON.stringify(envelope))));
    sent.push(commandId);
    last.set(id, deletes ? 'deleted' : { revision, desired });
  };

  let kills = 0;
  // On a busy machine everything takes longer, work as well as starts: killed at a fixed pace it would never get to anything.
  let startMs = 0;
  const sending = new AbortController();
  const killing = (async () => {
    while (!sending.signal.aborted) {
      await sleep(Math.random() * Math.max(400, 2 * startMs));
      const killed = performance.now();
      await rig.crash();
      startMs = performance.now() - killed;
      kills += 1;
    }
  })();
  const isEnough = (): boolean => sent.length >= APPLIES && kills >= APPLIES / 3;
  while (!isEnough()) {
    await send(sent.length);
    await sleep(Math.random() * 400);
    // Never more than a handful ahead of the executor, so that most commands are really worked on.
    await waitFor(() => sent.length - ends.size < IDS * 2, { what: 'the executor to follow', timeoutMs: 120_000 });
  }
  sending.abort();
  await killing;
  await waitFor(() => ends.size === sent.length, { what: 'every command to end', timeoutMs: 120_000 });

  const wrong: string[] = [];
  for (const commandId of sent) {
    const events = ends.get(commandId) ?? [];
    if (events.length !== 1) wrong.push(`${commandId} ended ${events.length} times`);
    for (const { body } of events) if (body.event_type !== 'StatusReport') wrong.push(`${commandId}: ${JSON.stringify(body.payload).slice(0, 300)}`);
  }
  for (const [id, asked] of last) {
    const rows = await rig.rows(id);
    const shown = JSON.stringify(rows.map((row) => [row.Names, row.State, row.Labels['dev.axion.revision']]));
    if (asked === 'deleted') {
      if (rows.length > 0) wrong.push(`${id} was deleted, and ${shown} stands`);
      continue;
    }
    const right = rows.length === 1 && rows[0]?.Labels['dev.axion.revision'] === asked.revision && (rows[0].State === 'running') === (asked.desired === 'RUNNING');
    if (!right) wrong.push(`${id} is to be ${asked.revision} ${asked.desired}, and ${shown} stands`);
  }
  expect(wrong).toEqual([]);
  expect(kills).toBeGreaterThan(0);
  console.log(`${sent.length} commands, ${kills} kills, ${wrong.length} violations`);
});
