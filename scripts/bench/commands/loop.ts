import { randomUUID } from 'node:crypto';
import type { Kafka, Producer } from 'kafkajs';
import { makeTopics, newProducer } from './agent-rig.ts';

/** Produces one message and waits for its answer; returns how long that took, ms. */
export interface RoundTrip extends AsyncDisposable {
  once(): Promise<number>;
}

/**
 * No consumer of the bench commits: a commit is answered after 5 ms (the broker's `group.coordinator.append.linger.ms`), kafkajs fetches
 * nothing before that, and each round trip would take the rest of it.
 */
const RUN = { autoCommit: false } as const;

/** Waits for answers by id. */
const answers = async (kafka: Kafka, topic: string, idOf: (value: Buffer) => string | undefined) => {
  const waiting = new Map<string, () => void>();
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: false });
  const joined = Promise.withResolvers<void>();
  consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve());
  await consumer.run({
    ...RUN,
    eachMessage: async ({ message }) => {
      const id = message.value === null ? undefined : idOf(message.value);
      if (id !== undefined) waiting.get(id)?.();
    },
  });
  await joined.promise;
  return { consumer, waiting };
};

const roundTrip = async (producer: Producer, waiting: Map<string, () => void>, topic: string, id: string, value: string): Promise<number> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.set(id, resolve);
  const began = performance.now();
  await producer.send({ topic, messages: [{ key: 'bench', value }] });
  await promise;
  waiting.delete(id);
  return performance.now() - began;
};

/** Theirs: the least that a kafkajs program can do, consume a message and produce an answer; nothing is stored or done. */
export const bareLoop = async (kafka: Kafka, agentId: string): Promise<RoundTrip> => {
  const [questions, replies] = [`bare.commands.${agentId}`, `bare.events.${agentId}`];
  await makeTopics(kafka, [questions, replies], 1);
  const producer = newProducer(kafka);
  const answering = newProducer(kafka);
  await Promise.all([producer.connect(), answering.connect()]);
  const echo = kafka.consumer({ groupId: `bare-${agentId}` });
  await echo.connect();
  await echo.subscribe({ topic: questions, fromBeginning: true });
  await echo.run({ ...RUN, eachMessage: async ({ message }) => void (await answering.send({ topic: replies, messages: [{ key: message.key, value: message.value }] })) });
  const { consumer, waiting } = await answers(kafka, replies, (value) => value.toString());
  return {
    once: async () => {
      const id = randomUUID();
      return roundTrip(producer, waiting, questions, id, id);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([echo.disconnect(), consumer.disconnect()]);
      await Promise.all([producer.disconnect(), answering.disconnect()]);
    },
  };
};

/** Ours: a `GetStatus` from produced to its terminal event, with every promise kept on the way. */
export const agentLoop = async (kafka: Kafka, agentId: string): Promise<RoundTrip> => {
  const producer = newProducer(kafka);
  await producer.connect();
  const { consumer, waiting } = await answers(kafka, `runner.events.${agentId}`, (value) => (JSON.parse(value.toString()) as { causation_id?: string }).causation_id);
  return {
    once: async () => {
      const id = randomUUID();
      return roundTrip(producer, waiting, `runner.commands.${agentId}`, id, getStatus(id, 'bench'));
    },
    [Symbol.asyncDispose]: async () => {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
};

export const getStatus = (id: string, project: string): string =>
  JSON.stringify({ command_id: id, command_type: 'GetStatus', payload: { project_id: project }, correlation_id: id, timestamp: new Date().toISOString(), metadata: { retry_attempt: 0 } });
