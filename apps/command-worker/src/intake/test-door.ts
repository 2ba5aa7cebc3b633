import { terminalEvent } from '@axion/contracts';
import type { LedgerEntry, StoredCommand } from '@axion/contracts';
import { AxionError, systemClock } from '@axion/core';
import type { Clock } from '@axion/core';
import type { KafkaRecord } from '@axion/kafka';
import { silentTracer } from '@axion/tracing';
import { CommandIntake } from './command-intake.ts';
import type { IntakeOutcome } from './command-intake.ts';
import { Patience } from './patience.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {} } as never;
const health = { healthy: () => {}, degraded: () => {}, unhealthy: () => {} };
const clock: Clock = { ...systemClock, sleep: async (_ms, signal) => signal?.throwIfAborted() };

/** A door whose bus remembers, and fails as often as it is told to. */
export const build = (over: { failures?: AxionError[]; ended?: StoredCommand; signed?: boolean; workloads?: boolean; sleep?: Clock['sleep'] } = {}) => {
  const stored: StoredCommand[] = [];
  const outcomes: IntakeOutcome[] = [];
  const events: unknown[] = [];
  const letters: string[] = [];
  const failures = [...(over.failures ?? [])];
  const { ended } = over;
  let entry: LedgerEntry | undefined =
    ended && { command_id: ended.commandId, event: terminalEvent(ended, { ok: true, payload: {} }, { agentId: 'a', now: 0 }), sequence: 99, fence: 1, finished_at: '' };
  const intake = new CommandIntake({
    agentId: 'agent-1',
    commands: {
      publish: async (command) => {
        await Promise.resolve();
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        const first = stored.findIndex(({ commandId }) => commandId === command.commandId);
        return first < 0 ? { duplicate: false, sequence: stored.push(command) } : { duplicate: true, sequence: first + 1 };
      },
      at: async (sequence) => ({ ...stored[sequence - 1]!, sequence }),
    },
    events: { publish: async (event) => ({ sequence: events.push(event), duplicate: false }) },
    ledger: {
      get: async (key) => (entry !== undefined && key === entry.command_id ? { key, value: entry, revision: 1 } : undefined),
      put: async (_key, value) => {
        entry = value;
        return 1;
      },
    },
    executors: { workloads: { enabled: over.workloads ?? true } },
    signatures: {
      check: () => {
        if (over.signed === false) throw new AxionError('PERMISSION_DENIED', 'not signed', { reason: 'INVALID_SIGNATURE' });
      },
    },
    deadLetters: { take: async (record: KafkaRecord, error: AxionError) => (letters.push(error.reason!), !('x-dlq-replay' in record.headers)) } as never,
    patience: new Patience({ health, clock, log: silent }),
    clock: { ...clock, ...(over.sleep && { sleep: over.sleep }) },
    tracer: silentTracer,
    width: 8,
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { intake, stored, outcomes, events, letters };
};

let offset = 0;
/** A record with a sound envelope but for what is given. */
export const record = (envelope: Record<string, unknown> | undefined, headers = {}): KafkaRecord => ({
  topic: 't',
  partition: 0,
  offset: offset++,
  key: undefined,
  value: envelope && Buffer.from(JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', command_type: 'Stop', payload: { project_id: 'shop' }, ...envelope })),
  headers,
});
