import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerKey, terminalEvent } from '@axion/contracts';
import type { LedgerEntry, StoredCommand } from '@axion/contracts';
import { systemClock } from '@axion/core';
import { silentLog } from '../src/bus-log.ts';
import { FROM } from '../src/bus-connection.ts';
import type { BusConnection } from '../src/bus-connection.ts';
import { CommandLoop } from '../src/index.ts';
import type { Bus, SequencedEvent } from '../src/index.ts';
import { command, OwnBus, until } from './own-bus.ts';

let own: OwnBus;
let cli: Bus;
let raw: BusConnection;
let running: CommandLoop;
const ends = new Map<string, SequencedEvent>();
/** What questions are about; a command that changes something raises it. */
let world = 0;
/** By how much the loop's clock is ahead of the bus's, milliseconds. */
let later = 0;
/** Questions that the handler was asked, with the sequence under which. */
let asked: (readonly [id: string, sequence: number])[] = [];

beforeAll(async () => {
  own = await OwnBus.start();
  cli = await own.connect('cli');
  raw = await own.raw('cli');
  await cli.events.follow({}, (event) => ends.set(event.body.causation_id ?? '', event));
  running = new CommandLoop({
    executor: 'swarm',
    bus: await own.connect('swarm-executor'),
    agentId: () => 'a',
    parallelism: 2,
    clock: { ...systemClock, now: () => systemClock.now() + later },
    readOnly: (type) => type === 'GetStatus',
    log: silentLog,
    handle: async ({ command: { commandId, type, sequence } }) => {
      if (type === 'GetStatus') asked.push([commandId, sequence]);
      else world += 1;
      return { ok: true, payload: { world } };
    },
  });
  await running.start();
});
afterAll(async () => {
  await running?.stop();
  await own?.[Symbol.asyncDispose]();
});

const now = (id: string, over: Partial<StoredCommand> = {}): StoredCommand => command(id, 'shop', { timestamp: new Date().toISOString(), ...over });
const ended = async (one: StoredCommand): Promise<unknown> => {
  await until(`the end of ${one.commandId}`, () => ends.has(one.commandId));
  return ends.get(one.commandId)!.body.payload;
};
const run = async (one: StoredCommand): Promise<unknown> => {
  await cli.commands.publish(one);
  return ended(one);
};
/** On its way into the stream, which then does not take it. */
const announceOnly = async (one: StoredCommand): Promise<void> => {
  const refused = await raw.request('announce', 'axion.cmd.swarm.shop', JSON.stringify(one), { headers: { [FROM]: 'cli', 'Nats-Expected-Last-Subject-Sequence': '999999' } });
  expect(refused.json()).toMatchObject({ error: { err_code: 10071 } });
};

/** Announces until the worker is free to look. */
const lookAhead = async (id: string, over: Partial<StoredCommand> = {}): Promise<void> => {
  await run(now(`before-${id}`));
  await until('the look', async () => {
    await announceOnly(now(id, over));
    return asked.some(([one, sequence]) => one === id && sequence === 0);
  });
};

test('a question is looked up while it is being stored, once, and answered when it is', async () => {
  const ahead = (): number => asked.filter(([, sequence]) => sequence === 0).length;
  // The first ones find the worker at its start, or still at what is left of the one before.
  for (let count = 1; ahead() < 3; count += 1) {
    expect(count).toBeLessThan(200);
    expect(await run(now(`question-${count}`))).toEqual({ world });
    expect(asked.map(([id]) => id)).toEqual(Array.from({ length: count }, (_, index) => `question-${index + 1}`));
  }
});

test('one that is not stored after all has no end, and its answer is used for no other', async () => {
  await lookAhead('never');
  const before = world;
  // A change comes between: what was looked up before it is out of date.
  await run(now('change', { type: 'Restart' }));
  expect(await run(now('never'))).toEqual({ world: before + 1 });
  await lookAhead('other', { payload: { project_id: 'shop', of: 'another' } });
  world = 70;
  expect(await run(now('other'))).toEqual({ world: 70 });
  expect([...ends.keys()].filter((id) => id === 'never')).toHaveLength(1);
});

test('what changes something is never begun before it is stored', async () => {
  await lookAhead('calm');
  const before = world;
  await announceOnly(now('ghost', { type: 'Restart' }));
  await run(now('after'));
  expect(world).toBe(before);
});

test('the ledger notes of a question that it was answered, without the answer', async () => {
  await run(now('noted'));
  const executor = await own.connect('swarm-executor', { instance: 'ledger' });
  const ledger = executor.bucket<LedgerEntry>('ledger');
  await until('the note', async () => (await ledger.get(ledgerKey('noted'))) !== undefined);
  const { value } = (await ledger.get(ledgerKey('noted')))!;
  expect(value.told).toBe(true);
  expect(value.event.body).toEqual({ ...ends.get('noted')!.body, payload: {} });
  // Killed between the note and the removal, it is met again: its end was told, and what the ledger holds is no answer.
  const { sequence: _, event, ...met } = value;
  const body = { ...event.body, event_id: 'the end of met-again', causation_id: 'met-again' };
  await ledger.create('met-again', { ...met, command_id: 'met-again', event: { ...event, body } });
  await cli.commands.publish(now('met-again'));
  await run(now('behind'));
  expect(ends.has('met-again')).toBe(false);
});

test('what ended so long ago that its event’s id is forgotten has its event looked for before it is told', async () => {
  const ledger = (await own.connect('swarm-executor', { instance: 'ledger' })).bucket<LedgerEntry>('ledger');
  const [told, untold] = [now('told', { type: 'Restart' }), now('untold', { type: 'Restart' })];
  const ending = (one: StoredCommand) => terminalEvent(one, { ok: true, payload: { long: 'ago' } }, { agentId: 'a', now: 0 });
  for (const one of [told, untold]) {
    await ledger.create(one.commandId, { command_id: one.commandId, event: ending(one), fence: 1, finished_at: new Date(Date.now() - 24 * 3600_000).toISOString() });
  }
  // Without an id, as one whose id is forgotten.
  const event = ending(told);
  const stored = await raw.request('tell', `axion.evt.${event.body.event_type}.shop`, JSON.stringify(event), { headers: { [FROM]: 'cli' } });
  await cli.commands.publish(told);
  expect(await run(untold)).toEqual({ long: 'ago' });
  expect(ends.get('told')!.sequence).toBe(stored.json<{ seq: number }>().seq);
});

test('a question that was answered so long ago that its event’s id is forgotten is not answered again', async () => {
  later = 24 * 3600_000;
  try {
    const [answered, unanswered] = [now('answered'), now('unanswered')];
    const event = terminalEvent(answered, { ok: true, payload: { long: 'ago' } }, { agentId: 'a', now: 0 });
    await raw.request('tell', `axion.evt.${event.body.event_type}.shop`, JSON.stringify(event), { headers: { [FROM]: 'cli' } });
    await ended(answered);
    await cli.commands.publish(answered);
    expect(await run(unanswered)).toEqual({ world });
    expect(asked.some(([id, sequence]) => id === 'answered' && sequence > 0)).toBe(false);
    expect(ends.get('answered')!.body.payload).toEqual({ long: 'ago' });
  } finally {
    later = 0;
  }
});
