import type { KeyObject } from 'node:crypto';
import { resolveTopics } from '@axion/config';
import type { Config } from '@axion/config';
import type { Bus } from '@axion/bus';
import type { LedgerEntry } from '@axion/contracts';
import type { Clock } from '@axion/core';
import { RecordSender } from '@axion/kafka';
import type { KafkaClient } from '@axion/kafka';
import type { HealthCheck, Logger } from '@axion/service-kit';
import type { Tracer } from '@axion/tracing';
import { CommandIntake } from './intake/command-intake.ts';
import { DeadLetters } from './intake/dead-letters.ts';
import { Patience } from './intake/patience.ts';
import { SignatureCheck } from './intake/signature.ts';
import { CommandConsumer } from './kafka/command-consumer.ts';
import type { Session } from './session.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

export interface CommandSourceOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly client: KafkaClient;
  readonly metrics: WorkerMetrics;
  /** Who may sign commands; none: whoever can write to the topic may send them. */
  readonly keys: readonly KeyObject[];
  readonly health: HealthCheck;
  readonly tracer: Tracer;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Keys written to the bus side by side: the server gathers that many writes into one flush of its disk. */
const WRITES_AT_A_TIME = 64;

/** Opens the way of commands for one session: consumer, intake and dead letters. */
export const openCommandSource = async ({ config, bus, client, keys, metrics, health, tracer, log, clock }: CommandSourceOptions, agentId: string, signal: AbortSignal): Promise<Session> => {
  const topics = resolveTopics(config, agentId);
  const patience = new Patience({ health, clock, log });
  const sender = new RecordSender(client);
  const intake = new CommandIntake({
    agentId,
    commands: bus.commands,
    events: bus.events,
    ledger: bus.bucket<LedgerEntry>('ledger'),
    executors: config,
    signatures: new SignatureCheck(keys, agentId),
    deadLetters: new DeadLetters({ send: (letter) => sender.send(topics.deadLetters, letter), patience, clock, log }),
    patience,
    clock,
    tracer,
    width: WRITES_AT_A_TIME,
    onOutcome: (outcome, command) => metrics.received(outcome, command),
  });
  const options = { topic: topics.commands, group: topics.consumerGroup, maxInFlight: config.kafka.max_in_flight, deliver: intake.accept, log };
  const consumer = await CommandConsumer.open(client, options, signal);
  return {
    ended: consumer.ended,
    close: async () => {
      await consumer.close();
      await sender.close();
    },
  };
};
