import kafkajs from 'kafkajs';

/** kafkajs' own names, for code that speaks to a consumer or to a broker itself. It is CommonJS, so they are taken from its one export. */
export const { CompressionTypes, Partitioners } = kafkajs;
export type { Admin, Batch, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
export type { Broker, default as Cluster, FetchedMessage, ProducerId } from 'kafkajs/src/cluster/index.js';
