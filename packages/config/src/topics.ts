import type { Config } from './schema.ts';

/** The names Kafka knows this agent by. */
export interface Topics {
  readonly consumerGroup: string;
  readonly commands: string;
  readonly events: string;
  readonly deadLetters: string;
}

/** Fills `{agent_id}` into the configured names. */
export const resolveTopics = ({ kafka }: Pick<Config, 'kafka'>, agentId: string): Topics => {
  const filled = (name: string): string => name.replaceAll('{agent_id}', () => agentId);
  return {
    consumerGroup: filled(kafka.consumer_group),
    commands: filled(kafka.commands_topic),
    events: filled(kafka.events_topic),
    deadLetters: filled(kafka.dlq_topic),
  };
};
