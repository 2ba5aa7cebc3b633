import { flag, folder, integer, list, optionalChoice, optionalText, secret, text } from '../key.ts';
import { urlOf } from '../url.ts';

/** Kafka: durable commands in, events out. */
export const kafka = {
  enabled: flag({ default: true, about: 'Take commands from Kafka and report events to it.' }),
  brokers: list({ default: ['localhost:9092'], about: 'Brokers to start from, `host:port`; the command worker needs one.' }),
  consumer_group: text({ default: 'runner-agent-{agent_id}', about: 'Consumer group; `{agent_id}` is filled in.' }),
  commands_topic: text({ default: 'runner.commands.{agent_id}', about: 'Topic that commands arrive on; `{agent_id}` is filled in.' }),
  events_topic: text({ default: 'runner.events.{agent_id}', about: 'Topic that events leave on; `{agent_id}` is filled in.' }),
  dlq_topic: text({ default: 'runner-agent-service-dlq', about: 'Topic for what cannot be handled; `{agent_id}` is filled in.' }),
  enable_ssl: flag({ default: false, about: 'Speak TLS to the brokers.' }),
  ssl_ca_location: optionalText('CA certificates of the brokers (PEM file).'),
  ssl_cert_location: optionalText('Client certificate (PEM file).'),
  ssl_key_location: optionalText("Client certificate's key (PEM file)."),
  sasl_mechanism: optionalChoice(['plain', 'scram-sha-256', 'scram-sha-512'], 'SASL mechanism; empty: no SASL.'),
  sasl_username: optionalText('SASL user name.'),
  sasl_password: secret('SASL password.'),
  max_in_flight: integer({ default: 100, min: 1, max: 10_000, unit: 'messages', about: 'Most commands between Kafka and the disk at a time.' }),
};

/** The local NATS bus, which is also the agent's disk. */
export const bus = {
  url: text({ default: 'nats://127.0.0.1:4322', about: 'Address of the bus.' }, urlOf('nats', 'tls'), 'a nats:// or tls:// URL'),
  credentials_dir: folder({
    derive: (facts) => `${facts.text('agent.data_dir')}/bus/credentials`,
    defaultText: '`<data_dir>/bus/credentials`',
    about: 'Seed files, one a component; under systemd in `<data_dir>/bus`.',
  }),
  store_dir: folder({ derive: (facts) => `${facts.text('agent.data_dir')}/bus/store`, defaultText: '`<data_dir>/bus/store`', about: 'Streams and buckets on disk; under systemd in `<data_dir>/bus`, on which another disk may be mounted.' }),
  max_store_mb: integer({ default: 1024, min: 16, max: 1_048_576, unit: 'MB', about: 'Most disk the bus takes.' }),
};
