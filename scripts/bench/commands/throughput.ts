import { randomUUID } from 'node:crypto';
import type { AgentRig } from './agent-rig.ts';
import { newProducer } from './agent-rig.ts';
import { getStatus } from './loop.ts';

/** Small commands over 100 projects, all produced first; returns how many a second reached their terminal event in the topic. */
export const throughput = async ({ kafka, agentId }: AgentRig, commands: number): Promise<number> => {
  const consumer = kafka.consumer({ groupId: `count-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic: `runner.events.${agentId}`, fromBeginning: false });
  const open = new Set<string>(Array.from({ length: commands }, () => randomUUID()));
  const messages = [...open].map((id, index) => ({ key: `p${index % 100}`, value: getStatus(id, `p${index % 100}`) }));
  const done = Promise.withResolvers<void>();
  const joined = Promise.withResolvers<void>();
  consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve());
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) open.delete((JSON.parse(value?.toString() ?? '{}') as { causation_id: string }).causation_id);
      if (open.size === 0) done.resolve();
    },
  });
  await joined.promise;
  const producer = newProducer(kafka);
  await producer.connect();
  const began = performance.now();
  for (let at = 0; at < messages.length; at += 500) await producer.send({ topic: `runner.commands.${agentId}`, messages: messages.slice(at, at + 500) });
  await done.promise;
  const seconds = (performance.now() - began) / 1000;
  await producer.disconnect();
  await consumer.disconnect();
  return commands / seconds;
};
