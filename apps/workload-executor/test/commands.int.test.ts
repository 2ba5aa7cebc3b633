import { parseCommand } from '@axion/contracts';
import type { SequencedEvent } from '@axion/bus';
import { newId } from '@axion/core';
import { dockerEngine, sharedImage, startOtlpCollector, waitFor } from '@axion/testkit';
import type { OtlpCollector } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleeper, startRig } from './executor-rig.ts';
import type { Rig } from './executor-rig.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

let rig: Rig;
let collector: OtlpCollector;
const events: SequencedEvent[] = [];
beforeAll(async () => {
  collector = await startOtlpCollector();
  rig = await startRig(await dockerEngine(), { AXION_AGENT__TRACING__OTLP_ENDPOINT: collector.url });
  await rig.cli.events.follow({}, (event) => void events.push(event));
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  collector[Symbol.dispose]();
});

const send = async (type: 'ApplyWorkload' | 'DeleteWorkload', payload: object): Promise<string> => {
  const commandId = newId();
  const envelope = { command_id: commandId, command_type: type, payload, timestamp: new Date().toISOString() };
  await rig.cli.commands.publish(parseCommand(Buffer.from(JSON.stringify(envelope)), { traceparent: `00-${TRACE}-${CALLER}-01` }));
  return commandId;
};
const endOf = (commandId: string): Promise<SequencedEvent> =>
  waitFor(() => events.find(({ body, terminal }) => terminal && body.causation_id === commandId), { what: 'the terminal event', timeoutMs: 60_000 });
const apply = (id: string, revision: string, image = sharedImage()): Promise<string> => send('ApplyWorkload', { id, revision_id: revision, desired_state: 'DESIRED_STATE_RUNNING', spec: { container: { image, command: sleeper } } });

test('ApplyWorkload and DeleteWorkload end with one terminal event each, which says how it ended', async () => {
  const id = rig.id('command.dotted');
  const applied = await endOf(await apply(id, 'r1'));
  expect(applied.body).toMatchObject({ event_type: 'StatusReport', payload: { workload_id: id, applied: true, status: { revisionId: 'r1', actualState: 'ACTUAL_STATE_RUNNING' } } });
  expect((await endOf(await apply(id, 'r1'))).body).toMatchObject({ event_type: 'StatusReport', payload: { skipped: true } });
  expect(await rig.rows(id)).toHaveLength(1);
  expect((await endOf(await send('DeleteWorkload', { id }))).body).toMatchObject({ event_type: 'StatusReport', payload: { success: true } });
  expect(await rig.rows(id)).toEqual([]);
  await waitFor(() => collector.spans.some(({ name }) => name === 'execute DeleteWorkload'), { what: 'the spans', timeoutMs: 30_000 });
  expect(collector.spans.find(({ name }) => name === 'execute ApplyWorkload')).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, service: 'axion-workload-executor' });
  // The command may have been executed before: what is gone already is a success.
  expect((await endOf(await send('DeleteWorkload', { id }))).body).toMatchObject({ event_type: 'StatusReport', payload: { success: true } });
});

test('a command that cannot be done ends as failed, with the reason', async () => {
  const id = rig.id('command-fails');
  const failed = await endOf(await apply(id, 'r1', sharedImage().replace(/[^/]*$/, 'nothing-of-this-name:1')));
  expect(failed.body).toMatchObject({ event_type: 'ErrorReport', payload: { workload_id: id, error: { reason: 'IMAGE_NOT_FOUND' }, status: { actualState: 'ACTUAL_STATE_FAILED', metadata: { failure_reason: 'IMAGE_NOT_FOUND' } } } });
});

test('of commands that wait only the newest is done, and each is answered', async () => {
  const id = rig.id('command-race');
  const sent = [await apply(id, 'r1'), await apply(id, 'r2'), await apply(id, 'r3')];
  const ends = await Promise.all(sent.map(endOf));
  expect(ends.at(-1)?.body).toMatchObject({ payload: { applied: true, status: { revisionId: 'r3' } } });
  expect(await rig.rows(id)).toMatchObject([{ State: 'running', Labels: { 'dev.axion.revision': 'r3' } }]);
  for (const commandId of sent) expect(events.filter(({ body, terminal }) => terminal && body.causation_id === commandId)).toHaveLength(1);
});

test('a killed executor executes a command again to the same one end', async () => {
  const id = rig.id('command-killed');
  const commandId = await apply(id, 'r1');
  await waitFor(async () => (await rig.rows(id)).length > 0, { intervalMs: 5 });
  await rig.crash();
  // Also just after its start the executor looks before it says how it is.
  expect((await endOf(commandId)).body).toMatchObject({ event_type: 'StatusReport', payload: { status: { revisionId: 'r1', actualState: 'ACTUAL_STATE_RUNNING' } } });
  expect(await rig.rows(id)).toHaveLength(1);
});
