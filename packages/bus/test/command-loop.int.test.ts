import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AxionError, systemClock } from '@axion/core';
import type { Clock } from '@axion/core';
import type { SequencedEvent, Bus, CommandHandler, CommandLoopOptions } from '../src/index.ts';
import { CommandLoop } from '../src/index.ts';
import { terminalEvent } from '@axion/contracts';
import type { LedgerEntry, StoredCommand } from '@axion/contracts';
import { startBus, waitFor } from '@axion/testkit';
import type { TestBus } from '@axion/testkit';

let server: TestBus;
let worker: Bus;
let cli: Bus;
const events: SequencedEvent[] = [];

beforeAll(async () => {
  server = await startBus();
  worker = await server.connect('command-worker');
  cli = await server.connect('cli');
  await cli.events.follow({}, (event) => events.push(event));
});
afterAll(() => server[Symbol.asyncDispose]());

const log = { debug() {}, info() {}, warn() {}, error() {} };
let count = 0;
const command = (key: string, overrides: Partial<StoredCommand> = {}): StoredCommand => {
  count += 1;
  return {
    commandId: `c${count}`,
    type: 'GetStatus',
    executor: 'swarm',
    key,
    projectId: key,
    payload: { project_id: key },
    correlationId: `corr-${count}`,
    timestamp: new Date().toISOString(),
    retryAttempt: 0,
    headers: {},
    ...overrides,
  };
};

const loop = async (handle: CommandHandler, instance = '1', parallelism = 4, more: Pick<CommandLoopOptions, 'trace' | 'clock'> = {}): Promise<CommandLoop> => {
  const bus = await server.connect('swarm-executor', { instance, ...(more.clock === undefined ? {} : { clock: more.clock }) });
  const made = new CommandLoop({ executor: 'swarm', bus, handle, agentId: () => 'agent-1', parallelism, log, ...more });
  await made.start();
  return made;
};
const terminalOf = (id: string): SequencedEvent[] => events.filter((event) => event.terminal && event.body.causation_id === id);
const ended = (id: string, timeoutMs = 20_000): Promise<SequencedEvent> => waitFor(() => terminalOf(id)[0], { what: `the end of ${id}`, timeoutMs });
const ok: CommandHandler = async ({ command: { commandId } }) => ({ ok: true, payload: { done: commandId } });

describe('CommandLoop', () => {
  test('executes in order, one terminal event each, and leaves nothing behind', async () => {
    const seen: string[] = [];
    const commands = Array.from({ length: 20 }, () => command('order'));
    for (const one of commands) await worker.commands.publish(one);
    const running = await loop(async (run) => {
      seen.push(run.command.commandId);
      return ok(run);
    });
    for (const { commandId } of commands) await ended(commandId);
    expect(seen).toEqual(commands.map(({ commandId }) => commandId));
    // What was told a moment ago is noted and removed before the process ends.
    await running.stop();
    expect((await cli.stream('COMMANDS')).messages).toBe(0);
    for (const { commandId } of commands) expect(terminalOf(commandId)).toHaveLength(1);
  });

  test('what throws ends the command with its error, and the next is executed', async () => {
    const running = await loop(async (run) => {
      if (run.command.payload['fail'] === true) throw new AxionError('NOT_FOUND', 'no such thing', { reason: 'NOTHING' });
      return ok(run);
    });
    const bad = command('throws', { payload: { fail: true } });
    const good = command('throws');
    await worker.commands.publish(bad);
    await worker.commands.publish(good);
    expect((await ended(bad.commandId)).body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { code: 'NOT_FOUND', reason: 'NOTHING' } } });
    expect((await ended(good.commandId)).body).toMatchObject({ event_type: 'StatusReport', correlation_id: good.correlationId, agent_id: 'agent-1' });
    await running.stop();
  });

  test('what follows an execution hands its headers to handler and events, and hears how it ended', async () => {
    const ends: string[] = [];
    const seen: (string | undefined)[] = [];
    const held = Promise.withResolvers<void>();
    const running = await loop(
      async (run) => {
        seen.push(run.command.headers['traceparent']);
        if (run.command.payload['fail'] === true) throw new AxionError('NOT_FOUND', 'no such thing', { reason: 'NOTHING' });
        if (run.command.payload['wait'] !== true) return ok(run);
        held.resolve();
        return run.offSlot(() => new Promise((_, reject) => run.handBack.addEventListener('abort', () => reject(run.handBack.reason as Error))));
      },
      '1',
      4,
      { trace: ({ commandId, headers }) => ({ headers: { traceparent: `${headers['traceparent']}-${commandId}` }, end: (outcome) => ends.push(outcome) }) },
    );
    const headers = { traceparent: 'caller', 'x-request-id': 'r' };
    const [good, bad, waiting] = [command('traced', { headers }), command('traced', { headers, payload: { fail: true } }), command('traced', { headers, payload: { wait: true } })];
    for (const one of [good, bad, waiting]) await worker.commands.publish(one);
    expect((await ended(good.commandId)).headers).toMatchObject({ traceparent: `caller-${good.commandId}`, 'x-request-id': 'r' });
    expect((await ended(bad.commandId)).headers).toMatchObject({ traceparent: `caller-${bad.commandId}` });
    await held.promise;
    await running.stop();
    expect(ends).toEqual(['completed', 'failed', 'handed_back']);
    expect(seen).toEqual([good, bad, waiting].map(({ commandId }) => `caller-${commandId}`));
    const next = await loop(ok, '2');
    await ended(waiting.commandId);
    await next.stop();
  });

  test('a command that waits off its place delays nobody', async () => {
    const gate = Promise.withResolvers<void>();
    const running = await loop(
      async (run) => {
        if (run.command.key === 'slow') await run.offSlot(() => gate.promise);
        return ok(run);
      },
      '1',
      1,
    );
    const slow = command('slow');
    const quick = command('quick');
    await worker.commands.publish(slow);
    await worker.commands.publish(quick);
    await ended(quick.commandId);
    expect(terminalOf(slow.commandId)).toHaveLength(0);
    gate.resolve();
    await ended(slow.commandId);
    await running.stop();
  });

  test('an expired command is refused, one that had started is continued', async () => {
    const late = command('expired', { expiresAt: new Date(Date.now() - 1000).toISOString() });
    const gate = Promise.withResolvers<void>();
    const soon = command('soon', { expiresAt: new Date(Date.now() + 400).toISOString() });
    let started = Promise.withResolvers<void>();
    const first = await loop(async (run) => {
      started.resolve();
      await run.offSlot(() => new Promise((_, reject) => run.handBack.addEventListener('abort', () => reject(run.handBack.reason as Error))));
      return ok(run);
    });
    await worker.commands.publish(soon);
    await started.promise;
    await first.stop();
    expect(terminalOf(soon.commandId)).toHaveLength(0);
    await waitFor(() => Date.now() > Date.parse(soon.expiresAt!));
    await worker.commands.publish(late);
    started = Promise.withResolvers();
    const second = await loop(ok, '2');
    expect((await ended(late.commandId)).body.payload).toMatchObject({ error: { reason: 'EXPIRED' } });
    expect((await ended(soon.commandId)).body.event_type).toBe('StatusReport');
    gate.resolve();
    await second.stop();
  });

  test('one older than the ledger, and one that ended before at another place, are not executed', async () => {
    const executed: string[] = [];
    const old = command('refused', { timestamp: new Date(Date.now() - 8 * 24 * 3600_000).toISOString() });
    const again = command('refused');
    const fresh = command('refused');
    const executor = await server.connect('swarm-executor', { instance: 'ledger' });
    const event = terminalEvent(again, { ok: true, payload: {} }, { agentId: 'agent-1', now: 0 });
    await executor.bucket<LedgerEntry>('ledger').create(again.commandId, { command_id: again.commandId, event, sequence: 999_999, fence: 1, finished_at: '' });
    for (const one of [old, again, fresh]) await worker.commands.publish(one);
    const running = await loop(async (run) => {
      executed.push(run.command.commandId);
      return ok(run);
    });
    await ended(fresh.commandId);
    expect(executed).toEqual([fresh.commandId]);
    expect(terminalOf(old.commandId)).toMatchObject([{ body: { event_type: 'ErrorReport', payload: { error: { reason: 'OLDER_THAN_LEDGER' } } } }]);
    expect(terminalOf(again.commandId)).toEqual([]);
    await waitFor(async () => (await executor.commands.head('swarm', 'refused')) === undefined, { what: 'an empty queue' });
    await running.stop();
  });

  test('an instance that was frozen past its lease and wakes up after the take-over leaves no trace', async () => {
    // A clock that jumps stands for the pause: nothing is renewed meanwhile, and both see the time that has passed.
    let later = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() + later, monotonic: () => performance.now() + later };
    const asleep = Promise.withResolvers<void>();
    const awake = Promise.withResolvers<void>();
    const written: string[] = [];
    const one = command('frozen');
    const frozen = await loop(
      async (run) => {
        asleep.resolve();
        await awake.promise;
        // As each write to the engine does.
        run.lease.assertHeld();
        written.push('frozen');
        return ok(run);
      },
      'frozen',
      4,
      { clock },
    );
    await worker.commands.publish(one);
    await asleep.promise;
    later = 16_000;
    const other = await loop(
      async (run) => {
        run.lease.assertHeld();
        written.push('other');
        return ok(run);
      },
      'other',
      4,
      { clock },
    );
    await ended(one.commandId);
    awake.resolve();
    await frozen.stop();
    await other.stop();
    expect(written).toEqual(['other']);
    expect(terminalOf(one.commandId)).toHaveLength(1);
  });

  test('two instances share the keys, and each command is executed by one', async () => {
    const by = new Map<string, string[]>();
    const at = (instance: string): CommandHandler => async (run) => {
      by.set(run.command.commandId, [...(by.get(run.command.commandId) ?? []), instance]);
      await new Promise((resolve) => setTimeout(resolve, 30));
      return ok(run);
    };
    const both = [await loop(at('a'), 'a', 2), await loop(at('b'), 'b', 2)];
    const commands = Array.from({ length: 24 }, (_, i) => command(`shared-${i % 12}`));
    await Promise.all(commands.map((one) => worker.commands.publish(one)));
    for (const { commandId } of commands) await ended(commandId);
    expect([...by.values()].every((instances) => instances.length === 1)).toBe(true);
    expect(new Set([...by.values()].flat())).toEqual(new Set(['a', 'b']));
    await Promise.all(both.map((one) => one.stop()));
  });

  test('a running and a waiting command can be cancelled', async () => {
    const started = Promise.withResolvers<void>();
    const running = await loop(async (run) => {
      started.resolve();
      await run.offSlot(() => new Promise<void>((resolve) => run.cancelled.addEventListener('abort', () => resolve())));
      throw run.cancelled.reason;
    });
    const one = command('cancel');
    const two = command('cancel');
    await worker.commands.publish(one);
    await worker.commands.publish(two);
    await started.promise;
    const by = new AxionError('CANCELLED', 'cancelled on request', { reason: 'CANCELLED' });
    expect(await running.cancel({ key: 'cancel', commandId: two.commandId }, by)).toBe('waiting');
    expect(await running.cancel({ key: 'cancel', commandId: 'nobody' }, by)).toBeUndefined();
    expect(await running.cancel({ key: 'cancel' }, by)).toBe('running');
    for (const { commandId } of [one, two]) expect((await ended(commandId)).body.payload).toMatchObject({ error: { code: 'CANCELLED' } });
    await running.stop();
  });
});
