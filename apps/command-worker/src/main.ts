import { connectBus } from '@axion/bus';
import { resolveTopics } from '@axion/config';
import type { AgentIdentity } from '@axion/contracts';
import { systemClock as clock } from '@axion/core';
import { createKafkaClient, kafkaSettings } from '@axion/kafka';
import { beatSource, runComponent } from '@axion/service-kit';
import { openTracer } from '@axion/tracing';
import { agentId } from './agent-identity.ts';
import { openCommandSource } from './command-source.ts';
import { openEventSink } from './event-sink.ts';
import { commandKeys } from './intake/signature.ts';
import { TopicLag } from './kafka/topic-lag.ts';
import { KeepOpen } from './keep-open.ts';
import { OutboxRoom } from './outbox/outbox-room.ts';
import { workerMetrics } from './worker-metrics.ts';

await runComponent({
  name: 'command-worker',
  async build({ config, log, metrics: registry, health, own, instance, version, signal }) {
    const bus = own(await connectBus({ component: 'command-worker', instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir, log }, signal));
    const presence = bus.presence({ health: beatSource(health, { component: 'command-worker', instance, version }), metrics: registry });
    if (!config.kafka.enabled) {
      health.check('kafka').healthy('disabled by kafka.enabled=false');
      return [presence];
    }
    const client = createKafkaClient(await kafkaSettings(config, instance), log);
    const identity = (until: AbortSignal): Promise<string> => agentId(config.agent.id, bus.bucket<AgentIdentity>('identity'), until);
    const lag = own(new TopicLag(client));
    const metrics = workerMetrics(registry, bus, async () => {
      const { commands, consumerGroup } = resolveTopics(config, await identity(AbortSignal.timeout(500)));
      return lag.records(commands, consumerGroup);
    });
    const tracer = own(await openTracer({ endpoint: config.tracing.otlp_endpoint, component: 'command-worker', instance, version }));
    const shared = { config, bus, client, metrics, tracer, log, clock };
    const keys = commandKeys(config.security.command_public_keys);
    const waiting = health.check('intake');
    const commands = health.check('kafka-commands');
    const events = health.check('kafka-events');
    const source = async (until: AbortSignal) => openCommandSource({ ...shared, keys, health: waiting }, await identity(until), until);
    const sink = async (until: AbortSignal) => openEventSink(shared, await identity(until), until);
    return [
      presence,
      new OutboxRoom({ bus, log }),
      new KeepOpen({ name: 'events', open: sink, health: events, log, clock }),
      new KeepOpen({ name: 'commands', open: source, health: commands, log, clock }),
    ];
  },
});
