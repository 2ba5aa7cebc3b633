import kafkajs from 'kafkajs';
import type { ISocketFactory, Kafka, KafkaConfig, LogEntry } from 'kafkajs';
import Cluster from 'kafkajs/src/cluster/index.js';
import loggers from 'kafkajs/src/loggers/index.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import { registerCodecs } from './compression/codecs.ts';
import type { KafkaLog } from './kafka-log.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { calmRequestQueues } from './request-queue.ts';

/** Milliseconds after which what a client knows of topics and leaders is asked for again. */
const METADATA_MAX_AGE = 60_000;

/** Short: a session that meets more than a hiccup ends, and its supervisor opens the next with its own backoff. */
const RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false };

/**
 * kafkajs' own messages are details of a session whose end is reported in our words, so they are for debugging alone;
 * what it calls errors repeats with every attempt to connect.
 */
const kafkaLog =
  (log: KafkaLog) =>
  () =>
  ({ namespace, log: { message, broker, groupId, error } }: LogEntry): void =>
    log.debug({ kafkajs: { namespace, broker, groupId, error } }, message);

/** kafkajs leaves Nagle's algorithm on: a small request would wait for the acknowledgement of the one before, which TCP may delay by 40 ms. */
const promptSockets = (): ISocketFactory => {
  const connect = socketFactory();
  return (options) => connect(options).setNoDelay(true);
};

export interface ClusterUse {
  /** Whether a topic that is asked for and does not exist is made, where the broker allows it. Default true. */
  readonly createsTopics?: boolean;
}

/** Makes connections to one Kafka cluster. */
export interface KafkaClient {
  readonly kafka: Kafka;
  /** By which the brokers know this process and those it follows. */
  readonly clientId: string;
  /** A connection below kafkajs' public interface; see `kafkajs-internals.d.ts`. */
  cluster(use?: ClusterUse): Cluster;
}

export const createKafkaClient = (settings: KafkaSettings, log: KafkaLog): KafkaClient => {
  registerCodecs();
  calmRequestQueues();
  const logCreator = kafkaLog(log);
  const level = log.isLevelEnabled('debug') ? kafkajs.logLevel.INFO : kafkajs.logLevel.NOTHING;
  const options = { ...settings, socketFactory: promptSockets(), connectionTimeout: 5000, authenticationTimeout: 10_000, requestTimeout: 30_000, enforceRequestTimeout: true, retry: RETRY } satisfies KafkaConfig;
  return {
    clientId: settings.clientId,
    kafka: new kafkajs.Kafka({ ...options, logLevel: level, logCreator }),
    cluster: ({ createsTopics = true } = {}) =>
      new Cluster({
        ...options,
        logger: loggers.createLogger({ level, logCreator }),
        metadataMaxAge: METADATA_MAX_AGE,
        allowAutoTopicCreation: createsTopics,
        isolationLevel: 0,
      }),
  };
};
