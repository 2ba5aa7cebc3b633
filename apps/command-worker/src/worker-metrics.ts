import type { Bus } from '@axion/bus';
import type { StoredCommand } from '@axion/contracts';
import { Counter, Gauge } from '@axion/service-kit';
import type { Registry } from '@axion/service-kit';
import type { IntakeOutcome } from './intake/command-intake.ts';

/** What the worker counts. */
export interface WorkerMetrics {
  received(outcome: IntakeOutcome, command: StoredCommand | undefined): void;
  sent(count: number): void;
  dropped(count: number): void;
}

const PEEK_MS = 500;

/** @param lag asks Kafka how many records wait in the commands topic; `undefined` while it cannot be asked */
export const workerMetrics = (registry: Registry, bus: Pick<Bus, 'stream' | 'events'>, lag: () => Promise<number | undefined>): WorkerMetrics => {
  const registers = [registry];
  const received = new Counter({ name: 'agent_commands_received_total', help: 'Records taken from the commands topic.', labelNames: ['type', 'outcome'], registers });
  const commands = new Counter({ name: 'agent_commands_total', help: 'Commands that ended.', labelNames: ['type', 'outcome'], registers });
  const failed = new Counter({ name: 'agent_commands_failed_total', help: 'Commands that failed.', registers });
  const sent = new Counter({ name: 'agent_events_sent_total', help: 'Events that Kafka has acknowledged.', registers });
  const dropped = new Counter({ name: 'agent_events_dropped_total', help: 'Events that the full or expired outbox lost before Kafka had them.', registers });
  const gauge = (name: string, help: string, read: (gauge: Gauge) => Promise<void>, labelNames: string[] = []): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames,
        registers: [],
        collect() {
          return read(this).catch(() => undefined);
        },
      }),
    );
  };
  gauge('agent_kafka_consumer_lag', 'Records of the commands topic behind the committed offset.', async (metric) => {
    const count = await lag();
    if (count === undefined) metric.remove();
    else metric.set(count);
  });
  gauge(
    'agent_bus_pending',
    'Messages that wait on the bus.',
    async (metric) => {
      metric.set({ stream: 'COMMANDS' }, (await bus.stream('COMMANDS')).messages);
      metric.set({ stream: 'EVENTS' }, (await oldestUnsent(bus)).count);
    },
    ['stream'],
  );
  gauge('agent_events_oldest_age_seconds', 'Age of the oldest event that Kafka does not have yet.', async (metric) => metric.set((await oldestUnsent(bus)).age));
  return {
    received: (outcome, command) => {
      received.inc({ type: command?.type ?? 'unknown', outcome });
      if (outcome !== 'refused') return;
      commands.inc({ type: command?.type ?? 'unknown', outcome: 'failed' });
      failed.inc();
    },
    sent: (count) => sent.inc(count),
    dropped: (count) => dropped.inc(count),
  };
};

/** Looks at the outbox with a reader of its own, so that it also sees what waits while Kafka is away. */
const oldestUnsent = async (bus: Pick<Bus, 'stream' | 'events'>): Promise<{ count: number; age: number }> => {
  const [outbox, { lastSequence }] = await Promise.all([bus.events.outbox(), bus.stream('EVENTS')]);
  if (lastSequence <= outbox.position) return { count: 0, age: 0 };
  const { events, pending } = await outbox.fetch(1, AbortSignal.timeout(PEEK_MS));
  return { count: pending + events.length, age: (Date.now() - Date.parse(events[0]!.body.timestamp)) / 1000 };
};
