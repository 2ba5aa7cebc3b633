import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import { withDigest } from './command-digest.ts';
import { build, record } from './test-door.ts';

const { signal } = new AbortController();

test.each([
  ['a command', [record({ command_id: 'a' })], ['accepted'], []],
  ['delivered twice', [record({ command_id: 'a' }), record({ command_id: 'a', metadata: { retry_attempt: 1 } })], ['accepted', 'duplicate'], []],
  ['an id used again for something else', [record({ command_id: 'a' }), record({ command_id: 'a', command_type: 'Restart' })], ['accepted', 'dead_lettered'], ['DUPLICATE_ID']],
  ['no value', [record(undefined)], ['dead_lettered'], ['NO_VALUE']],
  ['an invalid one', [record({ command_id: 'a b' })], ['dead_lettered'], ['INVALID_ENVELOPE']],
  ['an invalid one that was replayed', [record({ command_id: 'a b' }, { 'x-dlq-replay': '1' })], ['dropped'], ['INVALID_ENVELOPE']],
  ['one that nobody executes', [record({ command_id: 'a', command_type: 'Update', payload: {} })], ['refused'], []],
])('%s', async (_what, records, outcomes, letters) => {
  const door = build();
  for (const one of records) await door.intake.accept(one, signal);
  expect([door.outcomes, door.letters]).toEqual([outcomes, letters]);
});

test('one for an executor that is switched off is answered once, with what to set', async () => {
  const door = build({ workloads: false });
  const asked = record({ command_id: 'a', command_type: 'ApplyWorkload', payload: { id: 'web' } });
  await door.intake.accept(asked, signal);
  await door.intake.accept(asked, signal);
  expect([door.outcomes, door.stored]).toEqual([['refused', 'duplicate'], []]);
  const error = { code: 'FAILED_PRECONDITION', reason: 'EXECUTOR_DISABLED', message: expect.stringContaining('workloads.enabled=true') as string };
  expect(door.events).toMatchObject([{ terminal: true, body: { event_type: 'ErrorReport', causation_id: 'a', payload: { error } } }]);
});

test.each([
  ['the same again is no second command', { command_type: 'Stop' }, 'duplicate'],
  ['something else under its id is a dead letter', { command_type: 'Restart' }, 'dead_lettered'],
])('of a command that has ended, %s', async (_what, over, outcome) => {
  const first = build();
  await first.intake.accept(record({ command_id: 'a' }), signal);
  const door = build({ ended: first.stored[0]! });
  await door.intake.accept(record({ command_id: 'a', ...over }), signal);
  // It is stored all the same, at another place than the one that has ended: the executor lets it go.
  expect([door.outcomes, door.stored.length]).toEqual([[outcome], 1]);
});

test('what is stored is looked up later, and holds up nothing of its key', async () => {
  const later = Promise.withResolvers<void>();
  const door = build({ sleep: () => later.promise });
  const accepted = Promise.all(['a', 'b', 'c'].map((id) => door.intake.accept(record({ command_id: id }), signal)));
  await expect.poll(() => door.stored.length).toBe(3);
  expect(door.outcomes).toEqual([]);
  later.resolve();
  await accepted;
  expect(door.outcomes).toEqual(['accepted', 'accepted', 'accepted']);
});

test('a full bus is waited for, and nobody overtakes within a key', async () => {
  const full = new AxionError('RESOURCE_EXHAUSTED', 'full');
  const door = build({ failures: [full, full, full] });
  await Promise.all(['a', 'b', 'c'].map((id) => door.intake.accept(record({ command_id: id }), signal)));
  expect(door.stored.map(({ commandId }) => commandId)).toEqual(['a', 'b', 'c']);
});

test('unsigned where signatures are asked for is a dead letter; what the bus refuses for good too', async () => {
  const unsigned = build({ signed: false });
  await unsigned.intake.accept(record({ command_id: 'a' }), signal);
  expect([unsigned.letters, unsigned.stored]).toEqual([['INVALID_SIGNATURE'], []]);
  const refused = build({ failures: [new AxionError('INVALID_ARGUMENT', 'too large', { reason: 'X' })] });
  await refused.intake.accept(record({ command_id: 'a' }), signal);
  expect(refused.letters).toEqual(['X']);
});

test('when the session ends, what waits is left for the next delivery', async () => {
  const stopping = new AbortController();
  const door = build({ failures: Array.from({ length: 10_000 }, () => new AxionError('UNAVAILABLE', 'away')) });
  const accepted = door.intake.accept(record({ command_id: 'a' }), stopping.signal);
  stopping.abort(new Error('stopping'));
  await expect(accepted).rejects.toThrow('stopping');
  expect(door.outcomes).toEqual([]);
});

test('the digest is of what is asked for, whatever the order of its fields', () => {
  const command = (payload: Record<string, unknown>, type = 'Stop') => withDigest({ type, payload, headers: {} } as never).headers['x-axion-digest'];
  expect(command({ a: 1, b: { c: 2, d: 3 } })).toBe(command({ b: { d: 3, c: 2 }, a: 1 }));
  expect(command({ a: 1 })).not.toBe(command({ a: 2 }));
  expect(command({ a: 1 })).not.toBe(command({ a: 1 }, 'Restart'));
});
